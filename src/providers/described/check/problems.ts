import { closestName, didYouMean } from '../../../platform/names/closest-name.js';

/** What is wrong with a description: where (a JSON pointer, empty for the whole file), and what to do. */
export interface DescriptionProblem {
  readonly place: string;
  readonly what: string;
}

export type Complain = (place: string, what: string) => void;

/** A place inside another one. */
export function within(place: string, ...steps: readonly (string | number)[]): string {
  return [place, ...steps.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
}

/** About a name that nothing has. */
export function unknownName(name: string, known: readonly string[]): string {
  const meant = closestName(name, known);
  return `${name}.${didYouMean(meant)}${meant === undefined ? ` Known are: ${known.join(', ')}.` : ''}`;
}
