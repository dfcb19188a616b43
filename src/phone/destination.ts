import type { NumberType } from 'libphonenumber-js/max';

/** The "country" of satellite phones and international networks (UN M.49: the world). */
export const INTERNATIONAL = '001';

/**
 * Number types that can receive a text on a person's own phone. North American numbers do not show whether they are
 * mobile or landline, and the ranges of some mobile operators are listed as VoIP. All other types cannot receive a
 * text, or their owners earn money with each text.
 */
const TEXTABLE: ReadonlySet<NumberType> = new Set<NumberType>(['MOBILE', 'FIXED_LINE_OR_MOBILE', 'VOIP']);

/** Number types that a call can reach. A landline can ring, but cannot show a text. */
const CALLABLE: ReadonlySet<NumberType> = new Set<NumberType>([...TEXTABLE, 'FIXED_LINE']);

/** The place that a message to a number goes to. */
export interface Destination {
  /** ISO 3166-1 alpha-2, or INTERNATIONAL. */
  readonly country: string;
  /** From the numbering plan; null if the plan does not tell. */
  readonly numberType: NumberType | null;
}

export interface DestinationRules {
  /** Countries that messages may be sent to. Null means all countries, but not INTERNATIONAL. */
  readonly allowedCountries: ReadonlySet<string> | null;
}

export type DestinationRefusal = 'country' | 'number_type';

/** Why no code may be sent to this destination, as a text or by a call. Null if it may. */
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
