import { type CountryCode, isSupportedCountry, Metadata } from 'libphonenumber-js/max';

/** How the numbers of a country are told from others, in E.164. */
export interface NumbersOfCountry {
  /** One of them stands at the beginning. */
  readonly prefixes: readonly string[];
  /** Where countries share a calling code and the prefix is not enough: a regular expression of its numbers. */
  readonly pattern: string | null;
  /** And one of numbers that belong to another of these countries, although `pattern` has them. */
  readonly except: string | null;
}

/** What libphonenumber-js has of a numbering plan, and does not declare. */
interface NumberingPlan {
  callingCode(): string;
  leadingDigits(): string | undefined;
  type(name: string): { pattern(): string } | undefined;
}

const TYPES = [
  ...['FIXED_LINE', 'MOBILE', 'TOLL_FREE', 'PREMIUM_RATE', 'PERSONAL_NUMBER'],
  ...['VOICEMAIL', 'UAN', 'PAGER', 'VOIP', 'SHARED_COST'],
];

/** @param code ISO 3166-1 alpha-2; null: no country with numbers has it */
export function numbersOfCountry(code: string): NumbersOfCountry | null {
  if (!isSupportedCountry(code)) return null;
  const plan = planOf(code);
  const prefix = `+${plan.callingCode()}`;
  const sharing = countriesWith(plan.callingCode());
  if (sharing.length === 1) return { prefixes: [prefix], pattern: null, except: null };
  const leading = plan.leadingDigits();
  if (leading && /^\d+(\|\d+)*$/.test(leading)) {
    return { prefixes: leading.split('|').map((digits) => prefix + digits), pattern: null, except: null };
  }
  // A number that fits several countries is of the first one, as where it is read.
  const earlier = sharing.slice(0, sharing.indexOf(code)).map(patternOf);
  return { prefixes: [prefix], pattern: patternOf(code), except: earlier.length > 0 ? earlier.join('|') : null };
}

function patternOf(code: CountryCode): string {
  const plan = planOf(code);
  const leading = plan.leadingDigits();
  const prefix = `^\\+${plan.callingCode()}`;
  if (leading) return `${prefix}(?:${leading})`;
  const patterns = TYPES.flatMap((type) => plan.type(type)?.pattern() || []);
  return `${prefix}(?:${patterns.join('|')})$`;
}

function planOf(code: CountryCode): NumberingPlan {
  const metadata = new Metadata();
  metadata.selectNumberingPlan(code);
  return (metadata as unknown as { numberingPlan: NumberingPlan }).numberingPlan;
}

function countriesWith(callingCode: string): readonly CountryCode[] {
  const metadata = new Metadata() as unknown as { getCountryCodesForCallingCode(code: string): CountryCode[] };
  return metadata.getCountryCodesForCallingCode(callingCode);
}
