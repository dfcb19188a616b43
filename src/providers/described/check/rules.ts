import type { Description, Matcher, When } from '../description.js';
import { starsIn } from '../json-pointer.js';
import { STATUS } from '../matching.js';
import { type Complain, within } from './problems.js';

const POINTER = /^(\/([^/~]|~[01])*)+$/;

interface Rule {
  readonly when: When;
  readonly means: string;
}

interface RuleList {
  readonly place: string;
  readonly rules: readonly Rule[];
  /** Keys of `when` that are no pointers. */
  readonly keys: readonly string[];
  /** Stars that pointers may have. */
  readonly stars: number;
}

export function checkAnswer({ answer }: Description, complain: Complain): void {
  checkRules({ place: '/answer/rules', rules: answer.rules, keys: ['status', 'text'], stars: 0 }, complain);
  const accepting = answer.rules.filter(({ means }) => means === 'accepted');
  if (accepting.length === 0)
    complain('/answer/rules', 'has no rule for accepted. Say which answer means that the message was taken.');
  for (const [index, { when, means }] of answer.rules.entries()) {
    if (means === 'accepted' && Object.keys(when).length === 0) {
      complain(within('/answer/rules', index), 'takes every answer for accepted, errors too. Name a status at least.');
    }
  }
}

/** The keys of each rule, and whether the rule can ever decide. */
export function checkRules(list: RuleList, complain: Complain): void {
  for (const [index, { when }] of list.rules.entries()) {
    const place = within(list.place, index);
    for (const [key, matcher] of Object.entries(when))
      checkCondition(within(place, 'when', key), { key, matcher }, list, complain);
    const before = list.rules.slice(0, index).findIndex((earlier) => covers(earlier.when, when));
    if (before !== -1) complain(place, `is never reached: ${within(list.place, before)} holds wherever this one does.`);
  }
}

function checkCondition(
  place: string,
  { key, matcher }: { key: string; matcher: Matcher },
  { keys, stars }: RuleList,
  complain: Complain,
): void {
  if (!keys.includes(key) && !POINTER.test(key)) {
    complain(place, `must be ${[...keys, 'a JSON pointer such as /status'].join(', or ')}.`);
  }
  if (starsIn(key) > stars) complain(place, 'has more * than /reports/each.');
  const values = typeof matcher === 'object' && !Array.isArray(matcher) ? null : [matcher].flat().map(String);
  if (key === 'text' && values === null) complain(place, 'must be words, or a list of them.');
  if (key === 'status' && (values === null || !values.every((each) => STATUS.test(each)))) {
    complain(place, 'must be a status such as 200 or "4xx", or a list of them.');
  }
}

/** Whether an earlier rule holds wherever a later one does, as far as it can be seen. */
function covers(earlier: When, later: When): boolean {
  return Object.entries(earlier).every(([key, matcher]) => {
    const other = later[key];
    return other !== undefined && includes(key, matcher, other);
  });
}

function includes(key: string, matcher: Matcher, other: Matcher): boolean {
  if (JSON.stringify(matcher) === JSON.stringify(other)) return true;
  if (isObject(matcher)) return 'exists' in matcher && matcher.exists && !isObject(other);
  if (isObject(other)) return false;
  const values = [matcher].flat().map(String);
  const isIn = (each: string) =>
    values.some((value) => value === each || (key === 'status' && value === `${each[0]}xx`));
  return [other].flat().every((each) => isIn(String(each)));
}

function isObject(matcher: Matcher): matcher is Extract<Matcher, object> & Exclude<Matcher, readonly unknown[]> {
  return typeof matcher === 'object' && !Array.isArray(matcher);
}
