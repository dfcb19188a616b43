import { type CountryCode, isSupportedCountry, Metadata } from 'libphonenumber-js/max';

/** How the numbers of a country are told from others, in E.164. */
export interface NumbersOfCountry {
  /** One of them stands at the beginning. */
  readonly prefixes: readonly string[];
  /** A regular expression, where the country shares its calling code with others and no prefix is its own. */
  readonly pattern: string | null;
}

/** What libphonenumber-js has of a numbering plan, and does not declare. */
interface NumberingPlan {
  callingCode(): string;
  leadingDigits(): string | undefined;
  types(): unknown[];
  type(name: string): { pattern(): string } | undefined;
}

const FIXED_OR_MOBILE = ['FIXED_LINE', 'MOBILE'];
const OTHER_TYPES = [
  'TOLL_FREE',
  'PREMIUM_RATE',
  'PERSONAL_NUMBER',
  'VOICEMAIL',
  'UAN',
  'PAGER',
  'VOIP',
  'SHARED_COST',
];

/** @param code ISO 3166-1 alpha-2; null: no country with numbers has it */
export function numbersOfCountry(code: string): NumbersOfCountry | null {
  if (!isSupportedCountry(code)) return null;
  const metadata = new Metadata();
  metadata.selectNumberingPlan(code);
  const plan = (metadata as unknown as { numberingPlan: NumberingPlan }).numberingPlan;
  const prefix = `+${plan.callingCode()}`;
  const sharing = countriesWith(metadata, plan.callingCode());
  if (sharing.length === 1) return { prefixes: [prefix], pattern: null };
  const leading = plan.leadingDigits();
  if (leading && /^\d+(\|\d+)*$/.test(leading)) {
    return { prefixes: leading.split('|').map((digits) => prefix + digits), pattern: null };
  }
  // Numbers that no country has for itself, such as those that are free to call, are those of the first one.
  const types = sharing[0] === code ? [...FIXED_OR_MOBILE, ...OTHER_TYPES] : FIXED_OR_MOBILE;
  const patterns = leading ? [leading] : types.flatMap((type) => plan.type(type)?.pattern() ?? []);
  const whole = leading ? '' : '$';
  return { prefixes: [prefix], pattern: `^\\${prefix}(?:${patterns.filter((each) => each !== '').join('|')})${whole}` };
}

function countriesWith(metadata: Metadata, callingCode: string): readonly CountryCode[] {
  const known = metadata as unknown as { getCountryCodesForCallingCode(code: string): CountryCode[] };
  return known.getCountryCodesForCallingCode(callingCode);
}
