/** What a block is about: one number, all numbers that begin alike, or a country. */
export type BlockSubject =
  | { readonly kind: 'number'; readonly phoneNumber: string }
  /** `prefix` begins with + and the country's code: `+97798`. */
  | { readonly kind: 'prefix'; readonly prefix: string }
  /** ISO 3166-1 alpha-2. */
  | { readonly kind: 'country'; readonly country: string };

/** One text for each subject, so that one index finds every block of a number. */
export function blockKey(subject: BlockSubject): string {
  switch (subject.kind) {
    case 'number':
      return subject.phoneNumber;
    case 'prefix':
      return `${subject.prefix}*`;
    case 'country':
      return subject.country;
  }
}

export function subjectOfBlock(key: string): BlockSubject {
  if (key.endsWith('*')) return { kind: 'prefix', prefix: key.slice(0, -1) };
  return key.startsWith('+') ? { kind: 'number', phoneNumber: key } : { kind: 'country', country: key };
}

/** The keys of every block that a number can have. */
export function keysOfNumber(phoneNumber: string, country: string | null): string[] {
  const prefixes = Array.from({ length: phoneNumber.length - 1 }, (_, more) => `${phoneNumber.slice(0, more + 2)}*`);
  return [phoneNumber, ...prefixes, ...(country === null ? [] : [country])];
}
