import type { NumberType } from 'libphonenumber-js/max';

/** Stands for numbers of no country (UN M.49: the world): satellite phones and international networks. */
export const INTERNATIONAL = '001';

/**
 * Types that reach a person's own phone. North American plans do not tell mobile from landline, and some mobile
 * operators' ranges are listed as VoIP. The rest cannot receive a text, or makes the receiver money.
 */
const TEXTABLE: ReadonlySet<NumberType> = new Set<NumberType>(['MOBILE', 'FIXED_LINE_OR_MOBILE', 'VOIP']);

/** What a call reaches besides: a landline can ring, but not show a text. */
const CALLABLE: ReadonlySet<NumberType> = new Set<NumberType>([...TEXTABLE, 'FIXED_LINE']);

/** Where a message to a number would go. */
export interface Destination {
  /** ISO 3166-1 alpha-2, or INTERNATIONAL. */
  readonly country: string;
  /** As the numbering plans have it; null where they tell nothing. */
  readonly numberType: NumberType | null;
}

export interface DestinationRules {
  /** Countries that texts may be sent to; null: all of them, but no number of no country. */
  readonly allowedCountries: ReadonlySet<string> | null;
}

export type DestinationRefusal = 'country' | 'number_type';

/** Why no code may be sent there, as a text or by a call; null where one may. */
export function refusalOf(
  destination: Destination | null,
  rules: DestinationRules,
  by: 'text' | 'call',
): DestinationRefusal | null {
  if (destination === null) return null;
  const { country, numberType } = destination;
  const allowed = rules.allowedCountries?.has(country) ?? country !== INTERNATIONAL;
  if (!allowed) return 'country';
  const reached = by === 'call' ? CALLABLE : TEXTABLE;
  return numberType !== null && reached.has(numberType) ? null : 'number_type';
}
