import { expect, test } from 'vitest';
import { EvenPace, OWN_PACE } from '../../src/users/even-pace.js';

/** Somebody measures how long wrong passwords take, to find out who has an account. */

test('without hashes of another system nobody waits', () => {
  const pace = new EvenPace();
  expect([30, 35, 31].map((took) => pace.after(OWN_PACE, took))).toEqual([0, 0, 0]);
});

test('an unknown identifier takes as long as an imported account', () => {
  const pace = new EvenPace();
  pace.after(OWN_PACE, 30);
  const imported = 400 + pace.after('pbkdf2-sha256 20', 400);
  const unknown = 30 + pace.after(OWN_PACE, 30);
  expect([imported, unknown]).toEqual([500, 500]);
});

test('an imported account with a quick hash takes as long as our own', () => {
  const pace = new EvenPace();
  pace.after(OWN_PACE, 40);
  expect(8 + pace.after('phpass 13', 8)).toBe(50);
});

test('a machine that stood still for a minute makes nobody wait for minutes', () => {
  const pace = new EvenPace();
  pace.after('bcrypt 12', 60_000);
  expect(30 + pace.after(OWN_PACE, 30)).toBe(3_750);
});

test('a check that takes longer than usual is not made longer', () => {
  const pace = new EvenPace();
  pace.after('bcrypt 12', 300);
  expect(pace.after('bcrypt 12', 2_000)).toBe(0);
});
