import type { NewCity } from './new-city.js';
import { LONGEST_SEARCHABLE_NAME, searchableName } from './searchable-name.js';

const COLUMNS = 19;
const LARGEST_INTEGER = 2 ** 31 - 1;
/** GeoNames feature codes of places without inhabitants: historical, abandoned, destroyed. */
const FORMER_PLACES: ReadonlySet<string | undefined> = new Set(['PPLH', 'PPLQ', 'PPLW', 'PPLCH']);

/** Main table of GeoNames: https://download.geonames.org/export/dump/readme.txt. */
export const placesFormat = {
  name: 'a GeoNames dump of places (19 columns with tabs between them, such as cities500.txt or allCountries.txt)',
  fits: (line: string) => line.split('\t').length === COLUMNS && /^\d+\t/u.test(line),
};

/** `CC.code <tab> name <tab> ASCII name <tab> GeoNames id`. */
export const regionsFormat = {
  name: 'a GeoNames list of regions (admin1CodesASCII.txt)',
  fits: (line: string) => /^[A-Z]{2}\.[^\t]+\t[^\t]+\t[^\t]*\t\d+$/u.test(line),
};

export type PlaceLine =
  | { readonly kind: 'city'; readonly city: NewCity }
  /** A mountain, a river, a place that is no more: nothing to live in. */
  | { readonly kind: 'other' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Reads one line of the main table. `regions` gives the name for `CC.code`. */
export function readPlace(line: string, regions: ReadonlyMap<string, string>): PlaceLine {
  const columns = line.split('\t');
  if (columns.length !== COLUMNS) return refused(`it has ${columns.length} columns instead of ${COLUMNS}`);
  const [id, name = '', , , , , featureClass, featureCode, countryCode = '', , region, , , , population] = columns;
  if (featureClass !== 'P' || FORMER_PLACES.has(featureCode)) return { kind: 'other' };
  if (!isInteger(id) || Number(id) === 0) return refused('its id is not a positive integer');
  if (!isName(name)) return refused('its name is empty, too long or holds control characters');
  if (!/^[A-Z]{2}$/u.test(countryCode)) return refused('its country is not a code of two capital letters');
  if (!isInteger(population || '0')) return refused('its population is not a number');
  const regionName = regions.get(`${countryCode}.${region}`) ?? null;
  return {
    kind: 'city',
    city: { id: Number(id), name: name.trim(), countryCode, region: regionName, population: Number(population) },
  };
}

/** Reads one line of the list of regions: its code and name, or null when it is not one. */
export function readRegion(line: string): readonly [code: string, name: string] | null {
  const [code = '', name = ''] = line.split('\t');
  return regionsFormat.fits(line) && isName(name) ? [code, name] : null;
}

function isName(name: string): boolean {
  const searchable = searchableName(name);
  return searchable !== '' && searchable.length <= LONGEST_SEARCHABLE_NAME && !/\p{Cc}/u.test(name);
}

function isInteger(digits: string | undefined): boolean {
  return digits !== undefined && /^\d{1,10}$/u.test(digits) && Number(digits) <= LARGEST_INTEGER;
}

function refused(reason: string): PlaceLine {
  return { kind: 'refused', reason };
}
