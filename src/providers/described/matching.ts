import { firstScalarAt, valueAt } from './json-pointer.js';
import type { Matcher, When } from './description.js';

/** What rules look at. */
export interface Matched {
  /** Of an answer; undefined: a report has none. */
  readonly status?: number | undefined;
  /** As it came. */
  readonly text: string;
  /** Read; undefined where it is neither JSON nor a form. */
  readonly document: unknown;
}

/** `200`, or `4xx` for a hundred of them. */
export const STATUS = /^([1-5]\d\d|[1-5]xx)$/;

/** The first rule that holds. */
export function ruleFor<Rule extends { readonly when: When }>(
  rules: readonly Rule[],
  matched: Matched,
): Rule | undefined {
  return rules.find(({ when }) => Object.entries(when).every(([key, matcher]) => holds(key, matcher, matched)));
}

function holds(key: string, matcher: Matcher, { status, text, document }: Matched): boolean {
  if (key === 'status') return valuesOf(matcher).some((each) => isStatus(String(each), status));
  if (key === 'text') return valuesOf(matcher).some((each) => contains(text, String(each)));
  if (isOf(matcher, 'exists')) return isThere(valueAt(document, key)) === matcher.exists;
  const value = firstScalarAt(document, key) ?? valueAt(document, key);
  // A list, an object or nothing equals no value. True and false do.
  if (typeof value === 'object' || value === undefined) return false;
  if (isOf(matcher, 'contains')) return [matcher.contains].flat().some((each) => contains(String(value), each));
  return valuesOf(matcher).some((each) => String(each) === String(value));
}

function valuesOf(matcher: Matcher): (string | number | boolean)[] {
  return typeof matcher === 'object' && !Array.isArray(matcher) ? [] : [matcher].flat();
}

function isOf<Kind extends 'exists' | 'contains'>(
  matcher: Matcher,
  kind: Kind,
): matcher is Extract<Matcher, Record<Kind, unknown>> {
  return typeof matcher === 'object' && kind in matcher;
}

function isStatus(wanted: string, status: number | undefined): boolean {
  return status !== undefined && (wanted.endsWith('xx') ? wanted[0] === String(status)[0] : wanted === String(status));
}

/** Null and what is empty count as nothing. */
function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function contains(text: string, words: string): boolean {
  return text.toLowerCase().includes(words.toLowerCase());
}
