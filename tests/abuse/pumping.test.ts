import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rangesOf } from '../../src/pumping/number-ranges.js';
import { SendPauseRepository } from '../../src/pumping/send-pause.repository.js';
import {
  countOf,
  form,
  inParallel,
  obtainCode,
  register,
  requestOtp,
  signIn,
  verifyOtp,
} from '../support/operations/operations.js';
import { eventually } from '../support/eventually.js';
import {
  ask,
  GUARDED,
  isPaused,
  numberIn,
  pauseEvents,
  pausesOf,
  pump,
  signUp,
  spoilCountry,
} from '../support/pumping.js';
import { startService, type TestService } from '../support/service.js';
import { hashOf } from '../support/hashed-subject.js';

/** Somebody has codes sent to numbers of which he gets a part of the price, and types none of them. */

const PUMPED = '25567910';
const NEIGHBOUR = '25567955';
const HONEST = '25575420';
const ABROAD = '97798001';

let service: TestService;

beforeEach(async () => {
  service = await startService({ env: GUARDED });
  await signUp(service, HONEST, 6);
});

afterEach(() => service.close());

/** A range of a block that nobody has asked from yet. */
const HONEST_NEW = '25571420';

const liftedByProofs = (key: string) => ({ kind: 'pause_lifted', details: { paused: key } });

const textsTo = (range: string) => service.phone.messages.filter(({ to }) => to.startsWith(`+${range}`)).length;

/** What was spent of the budgets that people share who have nothing to do with each other. */
async function sharedSpending(): Promise<number> {
  // The process takes parts ahead of spending them. What it still has is spent by none.
  await service.background.sends.close();
  const [row] = await service.db.execute<{ spent: number }>(sql`
    SELECT sum(spent)::int AS spent FROM rate_budgets, unnest(counts) spent WHERE key ~ '^sends:(range|country|all)'`);
  return row?.spent ?? 0;
}

async function waitingForLocks(): Promise<number> {
  const [row] = await service.db.execute<{ waiting: number }>(sql`
    SELECT count(*)::int AS waiting FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND datname = current_database()`);
  return row?.waiting ?? 0;
}

describe('a range whose codes nobody types', () => {
  test('is sent a few codes and then none, and everybody else goes on', async () => {
    const answers = await pump(service, PUMPED, 40);

    const sent = answers.filter((answer) => !isPaused(answer)).length;
    expect(sent).toBeLessThan(12);
    // The first request of a pause is a probe, and so are the first ones a quarter and three quarters of an hour later.
    expect(textsTo(PUMPED)).toBeLessThanOrEqual(sent + 3);
    expect(countOf(answers)).toEqual({ RequestOtpSuccess: 40 });
    for (const range of [HONEST, NEIGHBOUR, ABROAD]) {
      const otherNumber = range === ABROAD ? `+${range}12345` : numberIn(range, 1);
      expect(isPaused(await ask(service, otherNumber)), range).toBe(false);
      expect(textsTo(range), range).toBeGreaterThan(0);
    }
  });

  test('is paused by what two processes saw together, in both at once', async () => {
    const { database, clock } = service;
    const other = await startService({ database, clock, env: GUARDED });
    try {
      const answers = [];
      for (let index = 0; index < 20; index += 1) {
        answers.push(await ask(index % 2 ? service : other, numberIn(PUMPED, index)));
        clock.advance(60);
      }

      expect(answers.filter((answer) => !isPaused(answer)).length).toBeLessThan(12);
      expect(isPaused(await ask(service, numberIn(PUMPED, 100)))).toBe(true);
      expect(isPaused(await ask(other, numberIn(PUMPED, 101)))).toBe(true);
      expect(await pauseEvents(service)).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  test('is paused even if nobody asks again once it shows', async () => {
    for (let index = 0; index < 15; index += 1)
      expect(isPaused(await ask(service, numberIn(PUMPED, index)))).toBe(false);
    service.clock.advance(330);

    await service.background.pumpingGuard.review();

    expect(isPaused(await ask(service, numberIn(PUMPED, 100)))).toBe(true);
    // One more probed the pause.
    expect(textsTo(PUMPED)).toBe(16);
  });

  test('is paused once, though two processes find it at the same moment', async () => {
    const pauses = new SendPauseRepository(service.db);
    const found = {
      ...({
        ranges: rangesOf(numberIn(PUMPED, 0), 'TZ'),
        level: 'range',
        first: 86_400,
        evidence: { sent: 0, proved: 0, expectedShare: 0, score: 0, limit: 0 },
      } as const),
      now: service.clock.now(),
    };

    const written = await inParallel(2, () => pauses.pause(found));

    expect(written.filter((pause) => pause !== null)).toHaveLength(1);
    expect(await pauseEvents(service)).toHaveLength(1);
    expect(await pausesOf(service)).toEqual([expect.objectContaining({ key: `range:TZ:${PUMPED}`, strikes: 0 })]);
  });

  test('is paused though the fraudster types one code in ten', async () => {
    for (let index = 0; index < 60; index += 1) {
      const answer = await ask(service, numberIn(PUMPED, index));
      if (index % 10 === 4 && !isPaused(answer)) {
        const otp = service.phone.code(numberIn(PUMPED, index));
        await verifyOtp(service, { phoneNumber: numberIn(PUMPED, index), otp });
      }
      service.clock.advance(60);
    }

    expect(textsTo(PUMPED)).toBeLessThan(20);
  });

  test('is sent codes again after a day, and paused for longer when nothing has changed', async () => {
    await pump(service, PUMPED, 15);
    const [first] = await pausesOf(service);
    service.clock.advance(86_400);

    const answers = await pump(service, PUMPED, 20, 1000);

    const [again] = await pausesOf(service);
    const length = (pause: typeof first) => (pause ? pause.pausedUntil.getTime() - pause.pausedAt.getTime() : 0);
    expect(answers.slice(0, 2).map(isPaused)).toEqual([false, false]);
    expect(isPaused(answers[19] ?? { __typename: '' })).toBe(true);
    expect(length(first)).toBe(86_400_000);
    expect(length(again)).toBe(2 * length(first));
  });
});

describe('people in a paused range', () => {
  test('who have an account are sent their code, with the answer that strangers get', async () => {
    const [owner, stranger] = [numberIn(PUMPED, 7001), numberIn(PUMPED, 7002)];
    await signIn(service, owner);
    await pump(service, PUMPED, 25);
    const before = textsTo(PUMPED);

    const answers = [await ask(service, owner), await ask(service, stranger)];
    const soon = [await ask(service, owner), await ask(service, stranger)];

    expect(answers[0]).toEqual(answers[1]);
    expect(isPaused(answers[0] ?? { __typename: '' })).toBe(true);
    expect(soon[0]).toEqual(soon[1]);
    expect(soon[0]?.__typename).toBe('TooManyRequestsError');
    expect(service.phone.messages.slice(before + 6).map(({ to }) => to)).toEqual([owner]);
    const otp = service.phone.code(owner);
    expect((await verifyOtp(service, { phoneNumber: owner, otp })).__typename).toBe('VerifyOtpSuccess');
  });

  test('who only claimed a number are strangers: anybody could have', async () => {
    await register(service, form({ phoneNumber: numberIn(PUMPED, 7003) }));
    await pump(service, PUMPED, 25);
    const before = textsTo(PUMPED);
    expect(isPaused(await ask(service, numberIn(PUMPED, 7003)))).toBe(true);

    expect(textsTo(PUMPED)).toBe(before);
  });

  test('whose code is withheld use up nothing that others are sent theirs from', async () => {
    await service.close();
    const env = { ...GUARDED, SENDS_PER_COUNTRY_PER_HOUR: '200', SENDS_PER_NETWORK_PER_HOUR: '1000' };
    service = await startService({ env });
    await signUp(service, HONEST, 6);
    await pump(service, PUMPED, 15);

    const answers = [];
    for (let index = 0; index < 60; index += 1) answers.push(await ask(service, numberIn(PUMPED, 1000 + index)));
    expect(countOf(answers)).toEqual({ RequestOtpSuccess: 60 });

    // The block of 6 digits has a quarter of the country's 200: 60 more would have spent it.
    const otherRange = await requestOtp(service, { phoneNumber: numberIn(NEIGHBOUR, 1) });
    expect(otherRange.__typename).toBe('RequestOtpSuccess');
    expect(textsTo(NEIGHBOUR)).toBe(1);
  });

  test('and ask twice at the same moment give back nothing that others have spent', async () => {
    await pump(service, PUMPED, 15);
    for (let index = 0; index < 6; index += 1) await ask(service, numberIn(NEIGHBOUR, index));
    const before = await sharedSpending();
    const phoneNumber = numberIn(PUMPED, 14);

    const answers = await service.db.transaction(async (holder) => {
      // Both find room and no cooldown, and only then get to the rows.
      await holder.execute(sql`SELECT FROM rate_budgets WHERE key LIKE ${`%${hashOf(phoneNumber)}%`} FOR UPDATE`);
      const asked = inParallel(2, () => requestOtp(service, { phoneNumber }));
      await eventually(async () => (await waitingForLocks()) === 2 || undefined);
      return { asked };
    });

    expect(countOf(await answers.asked)).toEqual({ RequestOtpSuccess: 1, TooManyRequestsError: 1 });
    expect(before).toBeGreaterThan(0);
    expect(await sharedSpending()).toBe(before);
  });

  test('get it open again when some of the few codes that still go out are typed, and not by one of many', async () => {
    await pump(service, PUMPED, 15);
    // The first request of each quarter of an hour probes the pause.
    const probe = async (index: number) => {
      service.clock.advance(900);
      await signIn(service, numberIn(PUMPED, 8000 + index));
      await service.background.pumpingGuard.idle();
    };
    service.clock.advance(3600);
    await probe(0);
    expect(isPaused(await ask(service, numberIn(PUMPED, 8999)))).toBe(true);

    for (let index = 1; index < 6; index += 1) await probe(index);

    expect(isPaused(await ask(service, numberIn(PUMPED, 9000)))).toBe(false);
    const [lifted] = await pauseEvents(service);
    expect(lifted).toEqual({ kind: 'pause_lifted', details: { paused: `range:TZ:${PUMPED}` } });
  });
});

describe('honest traffic', () => {
  test('that comes all at once is not taken for fraud before anybody had time to type', async () => {
    for (let index = 0; index < 40; index += 1) {
      expect(isPaused(await ask(service, numberIn(NEIGHBOUR, index)))).toBe(false);
      service.clock.advance(0.2);
    }
    service.clock.advance(40);
    for (let index = 0; index < 28; index += 1) {
      const phoneNumber = numberIn(NEIGHBOUR, index);
      await verifyOtp(service, { phoneNumber, otp: service.phone.code(phoneNumber) });
    }
    service.clock.advance(330);
    await service.background.pumpingGuard.review();

    expect(isPaused(await ask(service, numberIn(NEIGHBOUR, 100)))).toBe(false);
    expect(await pausesOf(service)).toEqual([]);
  });

  test('of people who have accounts and type their codes is no evidence against their range', async () => {
    await signUp(service, NEIGHBOUR, 15);
    for (let round = 0; round < 4; round += 1) {
      for (let index = 5000; index < 5015; index += 1) {
        await (index % 3 ? signIn : ask)(service, numberIn(NEIGHBOUR, index));
        service.clock.advance(30);
      }
      service.clock.advance(600);
    }

    expect(await pausesOf(service)).toEqual([]);
  });

  test('that proves its numbers by registering with the code counts as proved', async () => {
    for (let index = 0; index < 30; index += 1) {
      const phoneNumber = numberIn(NEIGHBOUR, index);
      const verificationCode = await obtainCode(service, phoneNumber);
      const email = `user-${index}@example.com`;
      if (index % 3) await register(service, form({ phoneNumber, email, verificationCode }));
      service.clock.advance(120);
    }

    expect(await pausesOf(service)).toEqual([]);
    expect(textsTo(NEIGHBOUR)).toBe(30);
  });
});

describe('people who wait in vain', () => {
  test('and ask again are no more evidence than they are people, and asking again is not for nothing', async () => {
    const askAgain = async (range: string, people: number, times: number) => {
      for (let index = 0; index < people * times; index += 1) {
        await ask(service, numberIn(range, Math.floor(index / times)));
        service.clock.advance(90);
      }
      service.clock.advance(330);
      await service.background.pumpingGuard.review();
      return (await pausesOf(service)).map(({ key }) => key);
    };

    expect(await askAgain(NEIGHBOUR, 2, 2)).toEqual([]);
    // Otherwise a fraudster would have every code sent five times.
    expect(await askAgain('25576910', 3, 4)).toContain('range:TZ:25576910');
    expect(await askAgain('25575810', 4, 1)).toContain('range:TZ:25575810');
  });

  test('get their range open again as soon as one of them types the code after all', async () => {
    await spoilCountry(service);
    const [late, other] = [numberIn(HONEST_NEW, 1), numberIn(HONEST_NEW, 2)];
    for (const number of [late, other, numberIn(HONEST_NEW, 4)]) await ask(service, number);
    service.clock.advance(330);
    await service.background.pumpingGuard.review();
    expect(isPaused(await ask(service, late))).toBe(true);

    await verifyOtp(service, { phoneNumber: late, otp: service.phone.code(late) });
    await service.background.pumpingGuard.idle();

    expect(await pauseEvents(service)).toContainEqual(liftedByProofs(`range:TZ:${HONEST_NEW}`));
    expect(isPaused(await ask(service, numberIn(HONEST_NEW, 3)))).toBe(false);
  });

  test('in a country that is pumped get their range open again when people around them type their codes', async () => {
    await spoilCountry(service);
    const around = [10, 11, 12, 13].map((last) => numberIn(`${HONEST_NEW.slice(0, 6)}${last}`, 1));
    for (const number of around) await ask(service, number);
    for (let index = 0; index < 3; index += 1) await ask(service, numberIn(HONEST_NEW, index));
    service.clock.advance(330);
    await service.background.pumpingGuard.review();
    expect(isPaused(await ask(service, numberIn(HONEST_NEW, 3)))).toBe(true);

    for (const phoneNumber of around) {
      await verifyOtp(service, { phoneNumber, otp: service.phone.code(phoneNumber) });
      await service.background.pumpingGuard.idle();
    }

    expect(await pauseEvents(service)).toContainEqual(liftedByProofs(`range:TZ:${HONEST_NEW}`));
    expect(isPaused(await ask(service, numberIn(HONEST_NEW, 4)))).toBe(false);
  });
});

describe('many ranges, a few codes each', () => {
  /** Has two codes sent to each of 40 ranges of a block, and types the first ones. */
  async function spread(block: string, typed = 0): Promise<void> {
    for (let index = 0; index < 80; index += 1) {
      const phoneNumber = numberIn(`${block}${10 + (index % 40)}`, index);
      await ask(service, phoneNumber);
      if (index < typed) await verifyOtp(service, { phoneNumber, otp: service.phone.code(phoneNumber) });
      service.clock.advance(150);
    }
  }

  test('pause the block that they lie in, and no other one', async () => {
    await spread('255679');

    expect((await pausesOf(service)).map(({ key }) => key)).toContain('block:TZ:255679');
    expect(isPaused(await ask(service, numberIn('25567900', 1)))).toBe(true);
    expect(isPaused(await ask(service, numberIn(HONEST, 1)))).toBe(false);
    expect(isPaused(await ask(service, numberIn(HONEST_NEW, 1)))).toBe(false);
  });

  test('pause it though the first codes are typed', async () => {
    await spread('255679', 4);

    expect((await pausesOf(service)).map(({ key }) => key)).toContain('block:TZ:255679');
  });
});

describe('an operator', () => {
  test('whose provider watches for fraud turns the guard off', async () => {
    await service.close();
    service = await startService({ env: { PUMPING_GUARD: 'off' } });

    const answers = await pump(service, PUMPED, 30);

    expect(answers.filter(isPaused)).toEqual([]);
    expect(textsTo(PUMPED)).toBe(30);
  });

  test('finds every pause in the audit trail and in the log, with its reason and without a phone number', async () => {
    await pump(service, PUMPED, 15);

    const [event, ...others] = await pauseEvents(service);
    expect(others).toEqual([]);
    expect(event).toEqual({
      kind: 'sends_paused',
      details: {
        paused: `range:TZ:${PUMPED}`,
        until: expect.any(String),
        strikes: 0,
        sent: expect.any(Number),
        proved: 0,
        expectedShare: expect.any(Number),
        score: expect.any(Number),
        limit: expect.any(Number),
      },
    });
    const line = service.logs.find((entry) => entry.includes('sends paused'));
    expect(line).toContain(`range:TZ:${PUMPED}`);
    expect(line).not.toMatch(/\+\d{7}/);
  });
});
