import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SendFailure } from '../../src/providers/message-sender.js';
import { CircuitBreaker } from '../../src/messaging/circuit-breaker.js';
import { ManualClock } from '../support/manual-clock.js';
import { inParallel, requestOtp, verifyOtp } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';

/** A provider that takes nobody's texts: callers are told at once, and it is left alone until it is back. */

const unavailable = { __typename: 'DeliveryUnavailableError' };

let sender: ScriptedSender;
let service: TestService;
let serial: number;
beforeEach(async () => {
  sender = new ScriptedSender();
  service = await startService({ sender, env: MANY_TEXTS });
  serial = 0;
});
afterEach(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000081${String(serial).padStart(2, '0')}`;
}

/** Somebody asks, and the attempt to send is over. */
async function ask(phoneNumber = nextNumber(), at = service) {
  const answer = await requestOtp(at, { phoneNumber });
  await at.background.outbox.drain();
  return answer;
}

async function failForFive(failure: SendFailure = 'provider_unavailable'): Promise<void> {
  sender.always(failure);
  for (let person = 0; person < 5; person += 1) expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
}

async function run(): Promise<void> {
  await service.background.outbox.run();
  await service.background.outbox.drain();
}

async function rowsOf(table: string): Promise<unknown[]> {
  return [...(await service.db.execute(sql`SELECT * FROM ${sql.identifier(table)} ORDER BY 1`))];
}

describe('after texts to five people in a row that failed', () => {
  test.each<SendFailure>(['provider_unavailable', 'timeout', 'slow_down', 'bad_credentials'])(
    'because of %s, the next caller is told at once when to come back',
    async (failure) => {
      await failForFive(failure);
      const tried = sender.attempts.length;
      expect(await ask()).toEqual({
        ...unavailable,
        retryAfterSeconds: 30,
        message: 'Codes cannot be sent at the moment. Try again in 30 seconds.',
      });
      service.clock.advance(12.5);
      expect(await ask()).toMatchObject({ ...unavailable, retryAfterSeconds: 18 });
      expect(sender.attempts).toHaveLength(tried);
    },
  );

  test('asking spends nothing and opens nothing, so that the pause between two texts does not begin', async () => {
    await failForFive();
    const phoneNumber = nextNumber();
    const before = [await rowsOf('otp_challenges'), await rowsOf('messages'), await rowsOf('guess_budgets')];
    await inParallel(10, () => requestOtp(service, { phoneNumber }));
    expect([await rowsOf('otp_challenges'), await rowsOf('messages'), await rowsOf('guess_budgets')]).toEqual(before);
    sender.always(null);
    service.clock.advance(30);
    expect(await ask(phoneNumber)).toMatchObject({ __typename: 'RequestOtpSuccess' });
  });

  test('E1: nobody learns from it who exists', async () => {
    const known = nextNumber();
    await ask(known);
    await verifyOtp(service, { phoneNumber: known, otp: sender.code(known) });
    service.clock.advance(60);
    await failForFive();
    expect(await ask(known)).toEqual(await ask());
    const env = { UNKNOWN_PHONE: 'reject' };
    const rejecting = await startService({ sender, env, database: service.database, clock: service.clock });
    await service.db.execute(sql`
      INSERT INTO users (id, phone_number, phone_verified_at, created_at, updated_at)
      SELECT gen_random_uuid(), '+977980000820' || n, now(), now(), now() FROM generate_series(1, 6) n`);
    for (let person = 1; person < 6; person += 1) await ask(`+977980000820${person}`, rejecting);
    const unknown = await ask(nextNumber(), rejecting);
    expect(unknown).toMatchObject(unavailable);
    expect(await ask('+9779800008206', rejecting)).toEqual(unknown);
    await rejecting.close();
  });

  test('test numbers work, and input that is wrong is still told', async () => {
    await failForFive();
    expect(await ask('+1234567890')).toMatchObject({ __typename: 'RequestOtpSuccess' });
    expect(await ask('12')).toMatchObject({ __typename: 'InvalidInputError' });
  });

  test('a code that had arrived before still signs in', async () => {
    const phoneNumber = nextNumber();
    await ask(phoneNumber);
    await failForFive();
    const otp = sender.code(phoneNumber);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('operators find it in the log and in the metrics, and no number with it', async () => {
    await failForFive();
    const lines = service.logs.filter((line) => line.includes('breaker'));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 40, provider: 'console', state: 'open' }]);
    expect(lines.join()).not.toContain('+977');
    await ask();
    const { body } = await service.background.metricsServer.inject({ url: '/metrics' });
    expect(body).toContain('phone_accounts_breaker_changes_total{provider="console",state="open"} 1');
    const refused = 'phone_accounts_operations_total{field="requestOtp",result="DeliveryUnavailableError"} 1';
    expect(body).toContain(refused);
  });

  test('another process finds out by itself', async () => {
    await failForFive();
    const other = await startService({ sender, database: service.database, clock: service.clock });
    expect(await ask(nextNumber(), other)).toMatchObject({ __typename: 'RequestOtpSuccess' });
    await other.close();
  });
});

describe('nobody closes the door to others', () => {
  test('with one number that always fails, however often it is asked for and tried', async () => {
    sender.always('provider_unavailable');
    const phoneNumber = nextNumber();
    for (let round = 0; round < 8; round += 1) {
      expect(await ask(phoneNumber)).toMatchObject({ __typename: 'RequestOtpSuccess' });
      service.clock.advance(60);
      await run();
    }
    expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
  });

  test.each<SendFailure>(['invalid_number', 'country_not_enabled', 'opted_out', 'rejected'])(
    'with numbers that get %s',
    async (failure) => {
      await failForFive(failure);
      await failForFive(failure);
      expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
    },
  );

  test('as long as some texts get through', async () => {
    for (let person = 0; person < 12; person += 1) {
      if (person % 5 < 4) sender.next('timeout');
      expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
    }
  });
});

describe('when the pause is over', () => {
  beforeEach(() => failForFive());

  test('one text tries, while everybody else is told to wait; then all are sent again', async () => {
    sender.always(null);
    service.clock.advance(30);
    const tried = sender.attempts.length;
    sender.hold();
    expect(await requestOtp(service, { phoneNumber: nextNumber() })).toMatchObject({ __typename: 'RequestOtpSuccess' });
    expect(await requestOtp(service, { phoneNumber: nextNumber() })).toMatchObject({
      ...unavailable,
      retryAfterSeconds: 5,
    });
    await service.background.outbox.run();
    expect(sender.attempts).toHaveLength(tried + 1);
    sender.release();
    await service.background.outbox.drain();
    expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
  });

  test('of requests at the same moment, one tries; what the others were promised waits and is sent once', async () => {
    sender.always(null);
    service.clock.advance(30);
    const tried = sender.attempts.length;
    sender.hold();
    const numbers = Array.from({ length: 10 }, nextNumber);
    const answers = await Promise.all(numbers.map((phoneNumber) => requestOtp(service, { phoneNumber })));
    expect(sender.attempts).toHaveLength(tried + 1);
    sender.release();
    await service.background.outbox.drain();
    service.clock.advance(5);
    await run();
    const promised = numbers.filter((_, index) => answers[index].__typename === 'RequestOtpSuccess');
    const sent = numbers.filter((each) => sender.to(each).length === 1);
    expect(sent).toEqual(promised);
  });

  test('and it failed again, the next pause is twice as long, up to five minutes', async () => {
    for (const pause of [30, 60, 120, 240, 300, 300]) {
      service.clock.advance(pause - 1);
      expect(await ask()).toMatchObject({ ...unavailable, retryAfterSeconds: 1 });
      service.clock.advance(1);
      expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
    }
    sender.always(null);
    service.clock.advance(300);
    expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
    await failForFive();
    expect(await ask()).toMatchObject({ ...unavailable, retryAfterSeconds: 30 });
  });

  test('and the text that was to try turns out to be with another provider: the next one tries', () => {
    const clock = new ManualClock();
    const breaker = new CircuitBreaker({ clock, onChange: () => undefined });
    for (let person = 0; person < 5; person += 1)
      breaker.admit(`+9779800008${person}`)?.({ kind: 'failed', reason: 'timeout', providerCode: null });
    expect(breaker.admit(nextNumber())).toBeNull();
    clock.advance(30);
    const permit = breaker.admit(nextNumber());
    expect(breaker.admit(nextNumber())).toBeNull();
    permit?.(null);
    expect(breaker.state).toBe('half_open');
    breaker.admit(nextNumber())?.({ kind: 'accepted', providerMessageId: null });
    expect(breaker.state).toBe('closed');
  });

  test('texts that wait go out one first, then the rest, each once: no storm', async () => {
    sender.always(null);
    service.clock.advance(30);
    const tried = sender.attempts.length;
    const waiting = sql`SELECT xmin::text, id FROM messages WHERE attempts = 1 ORDER BY id`;
    const before = await service.db.execute<{ id: string }>(waiting);
    sender.hold();
    await service.background.outbox.run();
    await service.background.outbox.run();
    expect(sender.attempts).toHaveLength(tried + 1);
    // Those that do not try are not even taken up.
    const trying = sender.attempts.at(-1)?.id;
    expect(await service.db.execute(waiting)).toEqual(before.filter(({ id }) => id !== trying));
    sender.release();
    await service.background.outbox.drain();
    await run();
    expect(sender.attempts).toHaveLength(tried + 5);
    expect((await rowsOf('messages')) as object[]).toMatchObject(Array(5).fill({ status: 'sent', attempts: 2 }));
  });
});

test('while it is open, texts that wait are not tried, and those whose code is over are ended all the same', async () => {
  await failForFive();
  const tried = sender.attempts.length;
  const [first = ''] = sender.attempts.map(({ to }) => to);
  await service.db.execute(sql`UPDATE otp_challenges SET consumed_at = sent_at WHERE phone_number = ${first}`);
  service.clock.advance(29);
  const waiting = sql`SELECT xmin::text FROM messages WHERE phone_number <> ${first} ORDER BY id`;
  const before = await service.db.execute(waiting);
  await run();
  expect(sender.attempts).toHaveLength(tried);
  expect(await service.db.execute(waiting)).toEqual(before);
  expect(await messagesTo(service, first)).toMatchObject([{ status: 'failed', failure: 'expired' }]);
  expect((await rowsOf('messages')) as object[]).toHaveLength(5);
});
