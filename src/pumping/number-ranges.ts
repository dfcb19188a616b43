/** What a number is part of, from the narrowest to the widest. Keys of counters and of pauses. */
export interface NumberRanges {
  /** The first 8 digits: where a fraudster's numbers usually lie side by side. */
  readonly range: string;
  /** The first 6 digits: what new ranges in it are judged by. */
  readonly block: string;
  /** New ranges of the country. */
  readonly country: string;
  /** New ranges anywhere. */
  readonly all: string;
  /** What the country proves, and what everybody does. */
  readonly countryShare: string;
  readonly share: string;
}

/** `country` is ISO 3166-1 alpha-2, or a calling code that belongs to no country. */
export function rangesOf(phoneNumber: string, country: string): NumberRanges {
  const digits = phoneNumber.slice(1);
  return {
    range: `range:${digits.slice(0, 8)}`,
    block: `block:${digits.slice(0, 6)}`,
    country: `country:${country}`,
    all: 'all',
    countryShare: `share:${country}`,
    share: 'share',
  };
}
