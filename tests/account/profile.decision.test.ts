import { expect, test } from 'vitest';
import { decideProfile, type ProfileFacts } from '../../src/account/profile/decision.js';

/** Whether a profile that is asked for is written: every combination of what the database says. */

const RETRY_AT = new Date('2026-03-01T00:00:00Z');
const T = true;
const F = false;

const table: readonly [paid: boolean, usernameTaken: boolean, cityUnknown: boolean, decision: string][] = [
  [T, F, F, 'write'],
  [T, T, F, 'username TAKEN'],
  [T, F, T, 'locationId UNKNOWN'],
  [T, T, T, 'username TAKEN, locationId UNKNOWN'],
  // Whoever has asked too often learns nothing more, about the city neither.
  [F, F, F, 'too_many_usernames'],
  [F, T, F, 'too_many_usernames'],
  [F, F, T, 'too_many_usernames'],
  [F, T, T, 'too_many_usernames'],
];

test.each(table)('paid %s, username taken %s, city unknown %s: %s', (paid, usernameTaken, cityUnknown, decision) => {
  expect(told({ paid, retryAt: paid ? null : RETRY_AT, usernameTaken, cityUnknown })).toBe(decision);
});

function told(facts: ProfileFacts): string {
  const decision = decideProfile(facts);
  if (decision.kind !== 'invalid_input') return decision.kind;
  return decision.fields.map(({ field, code }) => `${field} ${code}`).join(', ');
}
