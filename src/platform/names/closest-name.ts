import { distance } from 'fastest-levenshtein';

/**
 * What was probably meant by a name that is unknown. Undefined: none of the known names is similar enough.
 * @param most how many letters may differ; absent: two, or a third of a long name
 */
export function closestName(name: string, known: readonly string[], most?: number): string | undefined {
  const far = (each: string) => distance(lettersOf(name), lettersOf(each));
  const [first] = known.toSorted((one, other) => far(one) - far(other));
  return first !== undefined && far(first) <= (most ?? Math.max(2, first.length / 3)) ? first : undefined;
}

/** As a part of a sentence about an unknown name: a question, or nothing. */
export function didYouMean(meant: string | undefined): string {
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}

/** Letters and digits of a name, in capitals: `smsProvider` and `SMS_PROVIDER` are the same. */
export function lettersOf(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z\d]/g, '');
}
