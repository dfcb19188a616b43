import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { AFTER_THE_ANSWER } from '../../src/messaging/outbox.service.js';
import { otpDelivery, requestOtpAndFollow, signIn } from '../support/operations/operations.js';
import { ask, GUARDED, isPaused, numberIn, pausesOf, pump, signUp } from '../support/pumping.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { startService, type TestService } from '../support/service.js';

/** Somebody who wants to know whether a number has an account asks for codes to it, and watches the pumping guard. */

const RANGE = '25567910';

/** What the answers to nine requests for codes that nobody types say of pauses. */
async function watch({ hasAccount }: { hasAccount: boolean }): Promise<boolean[]> {
  const service = await startService({ env: GUARDED });
  try {
    await signUp(service, '25578420', 20);
    const [watched, neighbour] = [numberIn(RANGE, 1), numberIn(RANGE, 2)];
    await signIn(service, hasAccount ? watched : neighbour);
    service.clock.advance(3600);
    const answers: boolean[] = [];
    for (let round = 0; round < 9; round += 1) {
      answers.push(isPaused(await ask(service, watched)));
      service.clock.advance(1200);
    }
    expect(await pausesOf(service)).toHaveLength(1);
    return answers;
  } finally {
    await service.close();
  }
}

test('codes to one number pause its range at the same moment, whether it has an account or not', async () => {
  const known = await watch({ hasAccount: true });
  const unknown = await watch({ hasAccount: false });

  expect(known).toEqual(unknown);
  expect(known).toContain(true);
});

test('in a paused range the same rows are written for either, because writing takes time', async () => {
  const service = await startService({ env: GUARDED });
  try {
    await signIn(service, numberIn(RANGE, 7001));
    await ask(service, numberIn(RANGE, 7002));
    await pump(service, RANGE, 20);
    // What all share is spent from parts that the process has taken by now. The first of these probes the pause.
    for (let more = 0; more < 8; more += 1) await ask(service, numberIn(RANGE, 7100 + more));
    await service.background.sends.idle();
    const texts = service.phone.messages.length;

    const known = await rowsWrittenBy(service, () => ask(service, numberIn(RANGE, 7001)));
    const unknown = await rowsWrittenBy(service, () => ask(service, numberIn(RANGE, 7002)));

    expect(service.phone.messages.slice(texts).map(({ to }) => to)).toEqual([numberIn(RANGE, 7001)]);
    expect(known).toEqual(unknown);
    expect(unknown).toMatchObject({ rate_budgets: 2, otp_challenges: 1, number_pauses: 1, messages: 1 });
  } finally {
    await service.close();
  }
});

test('in a paused range nobody may follow a message: that of an unknown number goes nowhere', async () => {
  const service = await startService({ env: GUARDED });
  try {
    await signIn(service, numberIn(RANGE, 7001));
    const before = await requestOtpAndFollow(service, { phoneNumber: numberIn(RANGE, 7002) });
    expect(before.requestToken).toEqual(expect.any(String));
    await pump(service, RANGE, 20);
    for (const line of [7001, 7002]) {
      const answer = await requestOtpAndFollow(service, { phoneNumber: numberIn(RANGE, line) });
      expect(answer).toMatchObject({ __typename: 'RequestOtpSuccess', requestToken: expect.any(String) });
      expect(await otpDelivery(service, answer.requestToken)).toBeNull();
    }
  } finally {
    await service.close();
  }
});

test('an answer is out before the work of sending begins, which unknown numbers of a paused range do not cause', async () => {
  const sender = new ScriptedSender();
  const service = await startService({ sender, sendAfterAnswer: { least: 1_500, most: 2_000 } });
  try {
    await ask(service, numberIn(RANGE, 1));
    expect(sender.attempts).toHaveLength(0);
    await service.background.outbox.drain();
    expect(sender.attempts).toHaveLength(1);
    expect(AFTER_THE_ANSWER.least).toBeGreaterThanOrEqual(20);
  } finally {
    await service.close();
  }
});

test('in a paused range a number that refuses texts is told nothing of: only one with an account was sent any', async () => {
  const service = await startService({ env: GUARDED });
  try {
    await signIn(service, numberIn(RANGE, 7001));
    await requestOtpAndFollow(service, { phoneNumber: numberIn(RANGE, 7002) });
    await pump(service, RANGE, 20);
    const answers = [];
    for (const line of [7001, 7002]) {
      const phoneNumber = numberIn(RANGE, line);
      await ask(service, phoneNumber);
      await service.background.outbox.drain();
      const [message] = await service.db.execute<{ id: string; failure: string | null }>(sql`
        SELECT id, failure FROM messages WHERE phone_number = ${phoneNumber} ORDER BY created_at DESC LIMIT 1`);
      expect(message?.failure).toBe(line === 7001 ? null : 'withheld');
      const report = {
        provider: 'console',
        providerMessageId: null,
        state: 'failed',
        failure: 'invalid_number',
      } as const;
      await service.background.deliveries.report({ ...report, messageId: message?.id ?? '' });
      service.clock.advance(60);
      answers.push((await requestOtpAndFollow(service, { phoneNumber })).__typename);
    }
    expect(answers).toEqual(['RequestOtpSuccess', 'RequestOtpSuccess']);
  } finally {
    await service.close();
  }
});

const TABLES = ['rate_budgets', 'otp_challenges', 'number_pauses', 'proof_counters', 'messages'] as const;

/** How many rows of each table were written since, by the transaction that each row names as its writer. */
async function rowsWrittenBy({ db, background }: TestService, work: () => Promise<unknown>) {
  const [{ next } = { next: '' }] = await db.execute<{ next: string }>(sql`SELECT pg_current_xact_id()::text AS next`);
  await work();
  await background.outbox.drain();
  const written = TABLES.map(async (table) => {
    const rows = await db.execute(sql`
      SELECT 1 FROM ${sql.identifier(table)} WHERE xmin::text::bigint > ${next}::bigint`);
    return [table, rows.length] as const;
  });
  return Object.fromEntries(await Promise.all(written));
}
