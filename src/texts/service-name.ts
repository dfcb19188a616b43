import type { z } from 'zod';

const rules: readonly (readonly [forbidden: RegExp, problem: string])[] = [
  // A line end would begin a header of an email. Texts mark the direction around a name themselves.
  [
    /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u,
    'must have no line ends, control characters or direction marks',
  ],
  [/\p{Nd}{4}/u, 'must not have 4 digits in a row: phones would take them for the code'],
  [/(^|\s)@/, 'must have no word that begins with @: browsers would take it for the domain of the code'],
];

/** The name stands in the middle of texts in which people and programs look for a code. */
export function checkServiceName(name: string, context: z.RefinementCtx): void {
  for (const message of problemsOf(name)) context.addIssue({ code: 'custom', message });
}

/** Why a text cannot name an application so; null: it can. */
export function nameProblem(name: string): string | null {
  return problemsOf(name)[0] ?? null;
}

function problemsOf(name: string): string[] {
  return rules.flatMap(([forbidden, problem]) => (forbidden.test(name) ? [problem] : []));
}
