/** A password whose hash another system made. */
export interface ForeignPassword {
  readonly kind: 'password';
  /** Hashes with the same label take about as long to check. */
  readonly pace: string;
  /** Whether the typed password is the one. It never throws for a text of at most 1,024 characters. */
  matches(typed: string): Promise<boolean>;
}

/** What a hash turned out to be. */
export type ForeignReading =
  | ForeignPassword
  /** A format that is known, with parameters that would take too long at each login, or too much memory. */
  | { readonly kind: 'too_costly' }
  /** A format that is known, in which this is no hash. */
  | { readonly kind: 'malformed' };

/** Reads hashes of one family. Null: it is none of this family. */
export interface HashFamily {
  fromText?(text: string): ForeignReading | null;
  /** `algorithm` is a text. The other values may be anything. */
  fromObject?(fields: ForeignFields): ForeignReading | null;
}

/** A hash that an export gives in parts. */
export interface ForeignFields {
  readonly algorithm: string;
  readonly [name: string]: unknown;
}

export const TOO_COSTLY: ForeignReading = { kind: 'too_costly' };
export const MALFORMED: ForeignReading = { kind: 'malformed' };

/** A label for hashes of this work: equal within a factor of two. */
export function paceOf(family: string, work: number): string {
  return `${family} ${Math.round(Math.log2(Math.max(1, work)))}`;
}

/** A whole number in the form in which every library writes it, or null. */
export function wholeNumber(text: unknown): number | null {
  if (typeof text === 'number') return Number.isSafeInteger(text) && text > 0 ? text : null;
  return typeof text === 'string' && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : null;
}
