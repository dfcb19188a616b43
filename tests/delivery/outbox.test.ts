import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SendFailure } from '../../src/providers/message-sender.js';
import { eventually } from '../support/eventually.js';
import { requestOtp, verifyOtp, wrongCode } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { startService, type TestService } from '../support/service.js';

/** A text that was promised and does not get through at once. Nothing runs by itself here: time is the test's. */

const phoneNumber = '+9779800007001';
/** Longer than whoever took a message up has it. */
const LEASE = 30;

let sender: ScriptedSender;
let service: TestService;
beforeEach(async () => {
  sender = new ScriptedSender();
  service = await startService({ sender });
});
afterEach(() => service.close());

const onlyRow = async () => {
  const [row, ...others] = await messagesTo(service, phoneNumber);
  expect(others).toEqual([]);
  return row;
};

/** Looks for what is due, and waits until all of it is settled or back in the outbox. */
async function run({ background }: TestService = service): Promise<void> {
  await background.outbox.run();
  await background.outbox.drain();
}

async function ask(): Promise<void> {
  expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'RequestOtpSuccess' });
  await service.background.outbox.drain();
}

/** As a process leaves it that dies right after it wrote the message down. */
async function askAndDie(): Promise<void> {
  sender.next('rejected');
  await ask();
  await service.db.execute(sql`
    UPDATE messages SET status = 'queued', failure = NULL, provider = NULL, settled_at = NULL`);
  sender.attempts.length = 0;
}

describe('after a crash between writing down and sending', () => {
  test('the text goes out, once, as soon as nobody can have it in hand any more', async () => {
    await askAndDie();
    service.clock.advance(LEASE - 1);
    await run();
    expect(sender.attempts).toEqual([]);
    service.clock.advance(1);
    await run();
    await run();
    expect(sender.attempts).toHaveLength(1);
    expect(await onlyRow()).toMatchObject({ status: 'sent', attempts: 2, providerMessageId: 'scripted-1' });
    const otp = sender.code(phoneNumber);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('the sender is told that an earlier attempt may have been taken, and by what to know it', async () => {
    await askAndDie();
    const createdAt = service.clock.now();
    service.clock.advance(LEASE);
    await run();
    expect(sender.attempts[0]).toMatchObject({ earlier: { since: createdAt }, code: sender.code(phoneNumber) });
  });

  test('the text tells how long the code is good for by then, in the language that was asked for', async () => {
    await requestOtp(service, { phoneNumber, locale: 'es' });
    await service.background.outbox.drain();
    await service.db.execute(sql`UPDATE messages SET status = 'queued'`);
    service.clock.advance(180);
    await run();
    expect(sender.attempts.map(({ text }) => /\d+ minutos/.exec(text)?.[0])).toEqual(['10 minutos', '7 minutos']);
  });

  test('a process that dies at the same message again and again is stopped by a number', async () => {
    await askAndDie();
    await service.db.execute(sql`UPDATE messages SET attempts = 5`);
    service.clock.advance(LEASE);
    await run();
    expect(sender.attempts).toEqual([]);
    expect(await onlyRow()).toMatchObject({ status: 'failed', failure: 'provider_unavailable' });
  });
});

describe('two processes', () => {
  test('looking at the same moment share what is due: each text is sent by one of them', async () => {
    const second = await startService({ sender, database: service.database, clock: service.clock });
    const numbers = Array.from({ length: 40 }, (_, index) => `+97798000071${index + 10}`);
    sender.always('invalid_number');
    for (const each of numbers) await requestOtp(service, { phoneNumber: each });
    await service.background.outbox.drain();
    sender.always(null);
    await service.db.execute(sql`UPDATE messages SET status = 'queued'`);
    service.clock.advance(LEASE);
    sender.attempts.length = 0;
    await Promise.all([run(), run(second), run(), run(second)]);
    expect(sender.attempts.map(({ to }) => to).sort()).toEqual(numbers);
    await second.close();
  });

  test('nobody waits for what the other is just taking up, nor takes it up after that', async () => {
    const numbers = [phoneNumber, '+9779800007002'];
    sender.always('invalid_number');
    for (const each of numbers) await requestOtp(service, { phoneNumber: each });
    await service.background.outbox.drain();
    sender.always(null);
    await service.db.execute(sql`UPDATE messages SET status = 'queued'`);
    service.clock.advance(LEASE);
    sender.attempts.length = 0;
    await service.db.transaction(async (other) => {
      await other.execute(sql`
        UPDATE messages SET attempts = 2, next_attempt_at = next_attempt_at + interval '1 hour'
        WHERE phone_number = ${phoneNumber}`);
      await run();
      expect(sender.attempts.map(({ to }) => to)).toEqual(['+9779800007002']);
    });
    await run();
    expect(sender.attempts).toHaveLength(1);
  });

  test('nobody takes up what the other is sending, however slow the provider', async () => {
    const second = await startService({ sender, database: service.database, clock: service.clock });
    sender.hold();
    await requestOtp(service, { phoneNumber });
    service.clock.advance(LEASE - 1);
    await second.background.outbox.run();
    expect(sender.attempts).toHaveLength(1);
    sender.release();
    await service.background.outbox.drain();
    expect(await onlyRow()).toMatchObject({ status: 'sent', attempts: 1 });
    await second.close();
  });

  test('a failure that is told late does not take out of its hands what another process has taken up', async () => {
    const slow = new ScriptedSender();
    const second = await startService({ sender: slow, database: service.database, clock: service.clock });
    for (const each of [sender, slow]) each.hold();
    sender.next('timeout');
    await requestOtp(service, { phoneNumber });
    service.clock.advance(LEASE);
    await second.background.outbox.run();
    sender.release();
    await service.background.outbox.drain();
    expect(await onlyRow()).toMatchObject({ status: 'queued', attempts: 2, failure: null });
    service.clock.advance(LEASE - 1);
    await run();
    slow.release();
    await second.background.outbox.drain();
    expect(await onlyRow()).toMatchObject({ status: 'sent', attempts: 2 });
    expect([...sender.attempts, ...slow.attempts]).toHaveLength(2);
    await second.close();
  });

  test.each([
    ['a failure', 'timeout', { status: 'failed', failure: 'expired' }],
    ['that it was taken', null, { status: 'sent', failure: null }],
  ] as const)('told after the text was given up, %s: the row says what is true', async (_name, outcome, expected) => {
    sender.always(outcome);
    sender.hold();
    await requestOtp(service, { phoneNumber });
    service.clock.advance(600);
    await service.background.outbox.run();
    expect(await onlyRow()).toMatchObject({ status: 'failed', failure: 'expired' });
    sender.release();
    await service.background.outbox.drain();
    expect(await onlyRow()).toMatchObject(expected);
  });

  test('one that stops leaves what waits for another attempt to the other', async () => {
    const [first, second] = [await startService({ sender, database: service.database, clock: service.clock }), service];
    sender.next('provider_unavailable');
    await requestOtp(first, { phoneNumber });
    await first.close();
    expect(await onlyRow()).toMatchObject({ status: 'queued', failure: 'provider_unavailable' });
    service.clock.advance(2);
    await run(second);
    expect(await onlyRow()).toMatchObject({ status: 'sent', attempts: 2 });
  });
});

describe('a provider that fails', () => {
  test.each<SendFailure>(['provider_unavailable', 'timeout', 'slow_down'])(
    '%s: is tried five times, later and later, and then no more',
    async (failure) => {
      sender.always(failure);
      await ask();
      for (const [attempts, ceiling] of [2, 8, 32, 128].entries()) {
        expect(await onlyRow()).toMatchObject({ status: 'queued', attempts: attempts + 1, failure });
        service.clock.advance(ceiling);
        await run();
        await run();
        expect(sender.attempts).toHaveLength(attempts + 2);
      }
      expect(await onlyRow()).toMatchObject({ status: 'failed', attempts: 5, failure, settledAt: service.clock.now() });
      service.clock.advance(300);
      await run();
      expect(sender.attempts).toHaveLength(5);
    },
  );

  test.each<SendFailure>(['invalid_number', 'country_not_enabled', 'opted_out', 'bad_credentials', 'rejected'])(
    'M3: %s: is final',
    async (failure) => {
      sender.always(failure);
      await ask();
      expect(await onlyRow()).toMatchObject({ status: 'failed', attempts: 1, failure });
      service.clock.advance(300);
      await run();
      expect(sender.attempts).toHaveLength(1);
    },
  );

  test('is given the time that it asks for', async () => {
    sender.next({ kind: 'failed', reason: 'slow_down', providerCode: '20429', retryAfterSeconds: 60 });
    await ask();
    service.clock.advance(59.9);
    await run();
    expect(sender.attempts).toHaveLength(1);
    service.clock.advance(2.1);
    await run();
    expect(await onlyRow()).toMatchObject({ status: 'sent', attempts: 2, failure: null, providerCode: null });
  });

  test('and answers with an error that holds the text: is tried again, and the text stays out of the log', async () => {
    const throwing = {
      provider: 'console' as const,
      send: (): never => {
        throw new Error('123456 is your code');
      },
    };
    const other = await startService({ sender: throwing, database: service.database, clock: service.clock });
    await requestOtp(other, { phoneNumber });
    await other.background.outbox.drain();
    expect(await onlyRow()).toMatchObject({
      status: 'queued',
      failure: 'provider_unavailable',
      providerCode: 'THROWN',
    });
    expect(other.logs.join('')).not.toContain('123456');
    await other.close();
  });
});

describe('a code that is over is not sent', () => {
  const givenUp = { status: 'failed', failure: 'expired', attempts: 1 };
  beforeEach(async () => {
    sender.next('timeout');
    await ask();
  });

  async function expectGivenUp(expected: object = givenUp): Promise<void> {
    const tried = sender.attempts.length;
    await run();
    expect(sender.attempts).toHaveLength(tried);
    expect((await messagesTo(service, phoneNumber)).find(({ attempts }) => attempts === 1)).toMatchObject(expected);
  }

  test('because it expired', async () => {
    service.clock.advance(600);
    await expectGivenUp();
    const lines = service.logs.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'message given up');
    expect(lines).toMatchObject([{ level: 40, failure: 'expired', phoneNumber: '+977…01', provider: 'console' }]);
  });

  test('or is about to: nobody could type it in', async () => {
    service.clock.advance(581);
    await expectGivenUp();
  });

  test('but with half a minute left it is', async () => {
    service.clock.advance(570);
    await run();
    expect(await onlyRow()).toMatchObject({ status: 'sent' });
  });

  test('because it was used: the text had arrived after all', async () => {
    const otp = sender.code(phoneNumber);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    service.clock.advance(2);
    await expectGivenUp();
  });

  test('because guesses used it up: those of strangers, of devices that the account knows, and of request tokens', async () => {
    const otp = wrongCode(sender.code(phoneNumber));
    for (let guess = 0; guess < 3; guess += 1) await verifyOtp(service, { phoneNumber, otp });
    await service.db.execute(
      sql`UPDATE otp_challenges SET device_attempts = 3, token_attempts = 3, first_guesses = ARRAY[1]
        WHERE phone_number = ${phoneNumber}`,
    );
    service.clock.advance(2);
    await expectGivenUp();
  });

  test('but one that strangers guessed away is: a device that the account knows can still use it', async () => {
    const otp = sender.code(phoneNumber);
    const { deviceToken } = await verifyOtp(service, { phoneNumber, otp });
    service.clock.advance(60);
    sender.next('timeout');
    await ask();
    const code = sender.code(phoneNumber);
    for (let guess = 0; guess < 3; guess += 1) await verifyOtp(service, { phoneNumber, otp: wrongCode(code) });
    service.clock.advance(2);
    await run();

    expect((await messagesTo(service, phoneNumber)).map(({ status }) => status)).toContain('sent');
    const used = await verifyOtp(service, { phoneNumber, otp: code, deviceToken });
    expect(used).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('because the number was asked for again, and that text overtook it', async () => {
    service.clock.advance(60);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'RequestOtpSuccess' });
    await eventually(async () => (await messagesTo(service, phoneNumber)).find(({ status }) => status === 'sent'));
    await service.db.execute(sql`UPDATE messages SET attempts = 2 WHERE status = 'sent'`);
    await expectGivenUp({ ...givenUp, failure: 'superseded' });
    expect(sender.attempts).toHaveLength(2);
  });

  test('because another code took its place', async () => {
    await service.db.execute(sql`UPDATE otp_challenges SET challenge_id = gen_random_uuid()`);
    service.clock.advance(2);
    await expectGivenUp();
  });

  test('because nobody knows the secret any more that it was made with', async () => {
    await service.db.execute(sql`UPDATE otp_challenges SET secret_id = 'gone'`);
    service.clock.advance(2);
    await run();
    expect(sender.attempts).toHaveLength(1);
    expect(await onlyRow()).toMatchObject({ status: 'failed', failure: 'expired' });
  });

  test('because its number has become a test number', async () => {
    const env = { TEST_PHONES: `${phoneNumber}=123456` };
    const other = await startService({ sender, env, database: service.database, clock: service.clock });
    service.clock.advance(2);
    await run(other);
    expect(sender.attempts).toHaveLength(1);
    expect(await onlyRow()).toMatchObject({ status: 'failed', failure: 'expired' });
    await other.close();
  });
});

describe('many at once', () => {
  test('a slow provider gets fifty at a time; the rest waits its turn, and all arrive once', async () => {
    const numbers = Array.from({ length: 70 }, (_, index) => `+97798000072${index + 10}`);
    sender.hold();
    await Promise.all(numbers.map((each) => requestOtp(service, { phoneNumber: each })));
    await eventually(async () => (await dueRows()) === 20 || null);
    await service.background.outbox.run();
    expect(sender.attempts).toHaveLength(50);
    sender.release();
    await service.background.outbox.drain();
    await run();
    expect(sender.attempts.map(({ to }) => to).sort()).toEqual(numbers);
    expect(sender.attempts.filter(({ earlier }) => earlier)).toEqual([]);
  });

  test('with nothing due, a look is one statement that changes nothing', async () => {
    await ask();
    const [before] = await service.db.execute(sql`SELECT xmin::text, * FROM messages`);
    await run();
    expect(await service.db.execute(sql`SELECT xmin::text, * FROM messages`)).toEqual([before]);
  });

  async function dueRows(): Promise<number> {
    const [row] = await service.db.execute<{ count: number }>(sql`
      SELECT count(*)::int AS count FROM messages WHERE status = 'queued' AND attempts = 0`);
    return row?.count ?? 0;
  }
});
