import { describe, expect, test } from 'vitest';
import type { Description, When } from '../../../src/providers/described/description.js';
import { entriesAt, placeOf } from '../../../src/providers/described/json-pointer.js';
import { type Matched, ruleFor } from '../../../src/providers/described/matching.js';
import { shippedDescriptions } from '../../../src/providers/described/shipped.js';
import { type RecordedAnswer, type RecordedReport, recordings } from '../../support/delivery/described/recording.js';

/** A rule, or a code in its list, that no recording shows may be wrong, and nobody would see it. */

describe.each(recordings)('$provider', ({ provider, answers, reports }) => {
  const description = shippedDescriptions().find(({ name }) => name === provider) as Description;

  test('each rule about an answer decides one that is recorded', () => {
    const rules = description.answer.rules.flatMap(byValue);
    const decided = answers.map((each) => ruleFor(rules, matchedAnswer(each)));
    expect(rules.filter((rule) => !decided.includes(rule)).map(({ when }) => when)).toEqual([]);
  });

  test('each advice for a code is for a failure that is recorded', () => {
    const codes = answers.map(({ outcome }) => outcome.kind === 'failed' && outcome.providerCode);
    const advised = Object.keys(description.advice.byCode ?? {});
    expect(advised.filter((code) => !codes.includes(code))).toEqual([]);
  });

  test('each rule about a report decides one that is recorded', () => {
    const each = description.reports?.each;
    const rules = (description.reports?.rules ?? []).flatMap(byValue);
    const decided = reports.flatMap((report) => {
      const matched = { text: '', document: documentOf(report) };
      const entries = each === undefined ? [[]] : entriesAt(matched.document, each, 100);
      return entries.map((indices) => decidedAt(indices, rules, matched));
    });
    expect(rules.filter((rule) => !decided.includes(rule)).map(({ when }) => when)).toEqual([]);
  });
});

/** A rule about several codes as a rule for each of them. */
function byValue<Rule extends { readonly when: When }>(rule: Rule): Rule[] {
  const list = Object.entries(rule.when).find(([key, matcher]) => key.startsWith('/') && Array.isArray(matcher));
  if (list === undefined) return [rule];
  const [key, values] = list;
  return [values].flat().flatMap((value) => byValue({ ...rule, when: { ...rule.when, [key]: value } }));
}

function matchedAnswer({ answer }: RecordedAnswer): Matched {
  const { status, body } = answer ?? {};
  return typeof body === 'string'
    ? { status, text: body, document: undefined }
    : { status, text: JSON.stringify(body ?? ''), document: body };
}

function documentOf({ request: { query, form, json } }: RecordedReport): unknown {
  return json ?? form ?? Object.fromEntries(new URLSearchParams(query));
}

function decidedAt<Rule extends { readonly when: When }>(
  indices: readonly number[],
  rules: readonly Rule[],
  matched: Matched,
): Rule | undefined {
  return rules.find(({ when }) => {
    const placed = Object.entries(when).map(([key, matcher]) => [placeOf(key, indices), matcher] as const);
    return ruleFor([{ when: Object.fromEntries(placed) }], matched) !== undefined;
  });
}
