import type { z } from 'zod';

const rules: readonly (readonly [forbidden: RegExp, problem: string])[] = [
  // Line ends would begin a header of an email; the direction of the text around a name is ours to mark.
  [
    /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u,
    'must have no line ends, control characters or direction marks',
  ],
  [/\p{Nd}{4}/u, 'must not have 4 digits in a row: phones would take them for the code'],
  [/(^|\s)@/, 'must have no word that begins with @: browsers would take it for the domain of the code'],
];

/** A name stands in the middle of texts that people and programs find a code in. */
export function checkServiceName(name: string, context: z.RefinementCtx): void {
  for (const [forbidden, message] of rules) if (forbidden.test(name)) context.addIssue({ code: 'custom', message });
}
