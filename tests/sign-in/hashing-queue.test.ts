import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { type HashingKind, HashingQueue } from '../../src/users/hashing-queue.js';

/** More people sign in and register than the processor can hash passwords for. */

const LONGEST_MS = 2_000;

let now: number;
let queue: HashingQueue;
/** What was hashed, in order. */
let hashed: string[];
beforeEach(() => {
  now = 0;
  hashed = [];
  queue = new HashingQueue({ atOnce: 1, longestMs: LONGEST_MS, now: () => now });
});

/** A call with one hash that takes so many milliseconds. */
function call(kind: HashingKind, name: string = kind, milliseconds = 25) {
  return queue.withPlace(kind, () =>
    queue.run(kind, async () => {
      hashed.push(name);
      await nextTurn();
      now += milliseconds;
      return name;
    }),
  );
}

function several(kind: HashingKind, count: number) {
  return Array.from({ length: count }, (_, index) => call(kind, `${kind} ${index}`));
}

function refusedOf(answers: readonly unknown[]) {
  return answers.filter((answer) => typeof answer === 'object');
}

describe('a flood of registrations', () => {
  test('is refused beyond two seconds of work, and told when to come back', async () => {
    await Promise.all(several('registration', 50));
    const refused = refusedOf(await Promise.all(several('registration', 1_000)));
    expect(refused).toHaveLength(1_000 - 80);
    expect(refused[0]).toEqual({ kind: 'hashing_busy', retryAfterSeconds: 3 });
    expect(refusedOf(await Promise.all(several('registration', 50)))).toEqual([]);
  });

  test('holds up no login for longer than the hash under way', async () => {
    const flood = several('registration', 60);
    expect(await call('login', 'asha')).toBe('asha');
    expect(hashed.indexOf('asha')).toBe(1);
    await Promise.all(flood);
    expect(hashed).toHaveLength(61);
  });

  test('refuses no login', async () => {
    const flood = several('registration', 1_000);
    expect(refusedOf(await Promise.all(several('login', 10)))).toEqual([]);
    await Promise.all(flood);
  });
});

describe('a flood of logins', () => {
  test('is refused beyond two seconds of work, and refuses registrations first', async () => {
    const flood = several('login', 1_000);
    expect(await call('registration')).toMatchObject({ kind: 'hashing_busy' });
    expect(refusedOf(await Promise.all(flood)).length).toBeGreaterThan(900);
  });

  test('lets a registration that waits have every fourth turn', async () => {
    const registrations = several('registration', 3);
    const logins = several('login', 12);
    await Promise.all([...registrations, ...logins]);
    const turns = hashed.map((name) => (name.startsWith('login') ? 'l' : 'R')).join('');
    expect(turns).toBe('RlllRlllRllllll');
  });
});

test('the length of the queue follows what a hash takes on this machine', async () => {
  const slow = Array.from({ length: 40 }, () => call('login', 'slow', 400));
  await Promise.all(slow);
  expect(refusedOf(await Promise.all(several('login', 100))).length).toBeGreaterThan(90);
});

test('a hash that fails gives its turn and its place to the next one', async () => {
  const failing = () =>
    queue.withPlace('login', () => queue.run('login', () => Promise.reject(new Error('no memory'))));
  for (let time = 0; time < 200; time += 1) await expect(failing()).rejects.toThrow('no memory');
  expect(await call('login', 'asha')).toBe('asha');
});

test('a call that only waits is in nobody’s way', async () => {
  const resting = queue.withPlace('login', async () => {
    await queue.run('login', async () => {
      now += LONGEST_MS * 20;
    });
    await queue.rest('login', 50);
  });
  await nextTurn();
  await nextTurn();
  expect(await call('login', 'asha')).toBe('asha');
  await resting;
  // Its place is free again, and not freed twice.
  expect(refusedOf(await Promise.all(several('login', 2)))).toHaveLength(1);
});
