import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../support/manual-clock.js';
import { countOf, guessWrongly, inParallel, obtainCode, requestOtp } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';
import { hashOf } from '../support/hashed-subject.js';

/** What one phone may be sent, and what does not count towards it. */

const SENT = { __typename: 'RequestOtpSuccess' };
const REFUSED = { __typename: 'TooManyRequestsError' };

let processes: TwoProcesses;
let service: TestService;
let serial = 0;
beforeAll(async () => {
  processes = await startTwoProcesses({ env: { TRUST_PROXY: '1' } });
  service = processes.first;
});
afterAll(() => processes.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000004${String(serial).padStart(2, '0')}`;
}

/** Units spent of the budgets whose keys begin so. */
async function spentOf(prefix: string, { db } = service): Promise<number> {
  const [row] = await db.execute<{ spent: number }>(sql`
    SELECT coalesce(sum(c), 0)::int AS spent FROM rate_budgets, unnest(counts) c WHERE starts_with(key, ${prefix})`);
  return row?.spent ?? 0;
}

/** Asks again as soon as the cooldown allows, so many times. */
async function sendEveryMinute(phoneNumber: string, times: number): Promise<void> {
  for (let send = 0; send < times; send += 1) {
    expect(await requestOtp(processes.turn(send), { phoneNumber })).toMatchObject(SENT);
    service.clock.advance(60);
  }
}

describe('G3: five texts an hour', () => {
  test('resends included, and no spelling, address, language or process gives one more', async () => {
    const phoneNumber = nextNumber();
    await sendEveryMinute(phoneNumber, 5);
    const spelt = phoneNumber.replace('+977', '00977 ').replace(/(\d{3})$/, '-$1');
    for (const [index, input] of [{ phoneNumber }, { phoneNumber: spelt }, { phoneNumber, locale: 'ne' }].entries()) {
      const headers = { 'x-forwarded-for': `203.0.${index}.1` };
      expect(await requestOtp(processes.turn(index), input, { headers })).toMatchObject(REFUSED);
    }
    expect(await requestOtp(service, { phoneNumber: nextNumber() })).toMatchObject(SENT);
  });

  test('the wait that a refusal tells is true to the second', async () => {
    const phoneNumber = nextNumber();
    await sendEveryMinute(phoneNumber, 5);
    const { retryAfterSeconds } = await requestOtp(service, { phoneNumber });
    expect(retryAfterSeconds).toBeGreaterThan(3600 - 300);
    expect(retryAfterSeconds).toBeLessThanOrEqual(3600);
    service.clock.advance(retryAfterSeconds - 1);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ ...REFUSED, retryAfterSeconds: 1 });
    service.clock.advance(1);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(SENT);
  });

  test('the wait covers the cooldown, where that is longer, and the budget, where that is', async () => {
    const phoneNumber = nextNumber();
    await requestOtp(service, { phoneNumber });
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ ...REFUSED, retryAfterSeconds: 60 });
    service.clock.advance(60);
    await sendEveryMinute(phoneNumber, 4);
    service.clock.advance(-59);
    const { retryAfterSeconds } = await requestOtp(service, { phoneNumber });
    expect(retryAfterSeconds).toBeGreaterThan(600);
  });

  test('not ten around the full hour', async () => {
    const clock = new ManualClock(new Date('2026-11-21T12:54:00Z'));
    const hourly = await startService({ clock, database: processes.first.database });
    onTestFinished(() => hourly.close());
    const phoneNumber = nextNumber();
    for (let send = 0; send < 5; send += 1) {
      expect(await requestOtp(hourly, { phoneNumber })).toMatchObject(SENT);
      clock.advance(60);
    }
    clock.advance(120);
    for (let minute = 1; minute < 49; minute += 6) {
      expect(await requestOtp(hourly, { phoneNumber })).toMatchObject(REFUSED);
      clock.advance(360);
    }
    clock.advance(900);
    expect(await requestOtp(hourly, { phoneNumber })).toMatchObject(SENT);
  });

  test('ten a day, however they are spread', async () => {
    const phoneNumber = nextNumber();
    for (let send = 0; send < 10; send += 1) {
      expect(await requestOtp(service, { phoneNumber })).toMatchObject(SENT);
      service.clock.advance(7200);
    }
    const { retryAfterSeconds, ...refusal } = await requestOtp(service, { phoneNumber });
    expect(refusal).toMatchObject(REFUSED);
    service.clock.advance(retryAfterSeconds - 1);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(REFUSED);
    service.clock.advance(1);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(SENT);
    expect(service.phone.to(phoneNumber)).toHaveLength(11);
  });
});

describe('who is refused spends nothing', () => {
  test('not by asking again and again within the cooldown', async () => {
    const phoneNumber = nextNumber();
    await requestOtp(service, { phoneNumber });
    for (let asked = 0; asked < 20; asked += 1)
      expect(await requestOtp(service, { phoneNumber })).toMatchObject(REFUSED);
    expect(await spentOf(`sends:number:${hashOf(phoneNumber)}:3600`)).toBe(1);
  });

  test('not for a locked number whose texts are spent', async () => {
    const phoneNumber = nextNumber();
    for (let send = 0; send < 5; send += 1) {
      expect(await requestOtp(service, { phoneNumber })).toMatchObject(SENT);
      service.clock.advance(60);
    }
    await guessWrongly(service, phoneNumber, 6);
    // Of what the number has for itself: what all share is leased, and given back behind the answer.
    const before = await spentOf(`sends:number:${hashOf(phoneNumber)}`);
    for (let asked = 0; asked < 5; asked += 1) {
      expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'AccountLockedError' });
    }
    expect(await spentOf(`sends:number:${hashOf(phoneNumber)}`)).toBe(before);
  });

  test('not for an unknown number where those get no codes', async () => {
    const { database, clock } = service;
    const members = await startService({ database, clock, env: { UNKNOWN_PHONE: 'reject' } });
    onTestFinished(() => members.close());
    const before = await spentOf('');
    expect(await requestOtp(members, { phoneNumber: nextNumber() })).toMatchObject({ __typename: 'UserNotFoundError' });
    expect(await spentOf('')).toBe(before);
  });

  test('not of the other budgets, when one is spent', async () => {
    const phoneNumber = nextNumber();
    await sendEveryMinute(phoneNumber, 5);
    // Both processes give back what they took in earlier slots.
    for (const process of [processes.first, processes.second]) {
      await requestOtp(process, { phoneNumber });
      await process.background.sends.idle();
    }
    const before = await spentOf('');
    for (let asked = 0; asked < 10; asked += 1)
      expect(await requestOtp(service, { phoneNumber })).toMatchObject(REFUSED);
    expect(await spentOf('')).toBe(before);
  });

  test('not in a race for one number: a hundred at the same moment are one text, and one unit of each budget', async () => {
    // Too small for processes to take parts of them ahead.
    const small = await startTwoProcesses({ env: { SENDS_PER_DAY: '390' } });
    onTestFinished(() => small.close());
    const phoneNumber = nextNumber();
    const answers = await inParallel(100, (index) => requestOtp(small.turn(index), { phoneNumber }));
    expect(countOf(answers)).toEqual({ RequestOtpSuccess: 1, TooManyRequestsError: 99 });
    for (const { retryAfterSeconds = 60 } of answers) expect(retryAfterSeconds).toBeGreaterThan(0);
    const spent = ['number', 'all:', 'all:newcomers'].map((name) => spentOf(`sends:${name}`, small.first));
    expect(await Promise.all(spent)).toEqual([2, 6, 3]);
  });
});

describe('a race for the last texts of five minutes', () => {
  test('by fifty numbers: exactly as many as there are, the rest give everything back and are told when to come', async () => {
    const last = await startTwoProcesses({ env: { SENDS_PER_DAY: '392', TRUST_PROXY: '1' } });
    onTestFinished(() => last.close());
    const numbers = Array.from({ length: 50 }, nextNumber);
    const from = (index: number) => ({ headers: { 'x-forwarded-for': `10.${index}.0.1` } });
    const answers = await inParallel(50, (index) =>
      requestOtp(last.turn(index), { phoneNumber: numbers[index] }, from(index)),
    );
    expect(countOf(answers)).toEqual({ RequestOtpSuccess: 7, TooManyRequestsError: 43 });
    expect([...last.first.phone.messages, ...last.second.phone.messages]).toHaveLength(7);
    const [spentOnAll, spentOnNumbers] = [
      await spentOf('sends:all:newcomers:300', last.first),
      await spentOf('sends:number', last.first),
    ];
    expect([spentOnAll, spentOnNumbers]).toEqual([7, 14]);
    const waits = answers.flatMap(({ retryAfterSeconds = [] }) => retryAfterSeconds);
    expect(new Set(waits).size).toBe(1);
    last.first.clock.advance(waits[0]);
    expect(await requestOtp(last.first, { phoneNumber: nextNumber() })).toMatchObject(SENT);
  });
});

test('a test number spends its own budget only: nothing is sent', async () => {
  const tight = { SENDS_PER_DAY: '1', SENDS_PER_NETWORK_PER_HOUR: '1', SENDS_PER_COUNTRY_PER_HOUR: '1' };
  const store = await startService({ env: tight });
  onTestFinished(() => store.close());
  for (let send = 0; send < 5; send += 1) {
    expect(await requestOtp(store, { phoneNumber: '+1234567890' })).toMatchObject(SENT);
    store.clock.advance(60);
  }
  expect(await requestOtp(store, { phoneNumber: '+1234567890' })).toMatchObject(REFUSED);
  expect(await spentOf(`sends:number:${hashOf('+1234567890')}:3600`, store)).toBe((await spentOf('', store)) / 2);
  await obtainCode(store, nextNumber());
});
