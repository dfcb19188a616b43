import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DeliveryRepository } from '../../src/messaging/delivery.repository.js';
import type { DeliveryReport } from '../../src/providers/delivery-report.js';
import { requestOtp } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { startService, type TestService } from '../support/service.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** Two providers, of which one is slow, away, or unsure of what it took: nobody is sent two texts, or waits for others. */

const env = {
  ...THROUGH_TWILIO,
  DELIVERY_ROUTES: 'SMS=twilio,webhook SMS:TZ=webhook SMS:GB=twilio',
  WEBHOOK_URL: 'http://127.0.0.1:9',
  WEBHOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(5)}`,
};
const LEASE = 30;
const phoneNumber = '+9779800004701';
const british = '+447400123456';
const tanzanian = (index: number) => `+255679${String(100_000 + index)}`;

type Kept = { kind: 'accepted'; providerMessageId: string };

let first: ScriptedSender & { findEarlier(): Promise<Kept | null> };
let second: typeof first;
/** What each provider says that it has of an earlier attempt. */
let earlier: { twilio: Kept | null; webhook: Kept | null };
let service: TestService;
beforeEach(async () => {
  earlier = { twilio: null, webhook: null };
  first = Object.assign(new ScriptedSender('twilio'), { findEarlier: async () => earlier.twilio });
  second = Object.assign(new ScriptedSender('webhook'), { findEarlier: async () => earlier.webhook });
  service = await startService({ env, senders: [first, second] });
});
afterEach(() => service.close());

async function ask(number = phoneNumber): Promise<void> {
  expect(await requestOtp(service, { phoneNumber: number })).toMatchObject({ __typename: 'RequestOtpSuccess' });
}

async function askAndWait(number = phoneNumber): Promise<void> {
  await ask(number);
  await service.background.outbox.drain();
}

async function later(seconds: number): Promise<void> {
  service.clock.advance(seconds);
  await service.background.outbox.run();
  await service.background.outbox.drain();
}

async function row(number = phoneNumber) {
  const [message, ...others] = await messagesTo(service, number);
  if (!message || others.length > 0) throw new Error('There is not one message.');
  return message;
}

/** The breaker of a provider opens after texts to five people that failed. */
async function openBreaker(sender: ScriptedSender, numbers: readonly string[]): Promise<void> {
  sender.always('provider_unavailable');
  for (const each of numbers) await askAndWait(each);
  await service.db.execute(sql`DELETE FROM messages`);
}

const fiveTanzanians = [1, 2, 3, 4, 5].map(tanzanian);
const fiveBritons = [1, 2, 3, 4, 5].map((index) => `+44740012345${index}`);

async function report(changes: Partial<DeliveryReport>): Promise<boolean> {
  const { id } = await row();
  const standard = { messageId: id, provider: 'twilio', providerMessageId: null, state: 'delivered' } as const;
  return service.background.deliveries.report({ ...standard, ...changes });
}

describe('no storm', () => {
  test('a provider that fails is not asked again at once because the next one of the route rests', async () => {
    await openBreaker(second, fiveTanzanians);
    first.always('provider_unavailable');
    await askAndWait();
    expect(first.to(phoneNumber)).toHaveLength(1);
    expect(await row()).toMatchObject({ status: 'queued', attempts: 1, failure: 'provider_unavailable' });
    first.always(null);
    await later(2);
    expect(await row()).toMatchObject({ status: 'sent', provider: 'twilio', attempts: 2 });
  });
});

describe('not twice', () => {
  test('the last of a route that may have it is asked before the round begins again', async () => {
    first.next('slow_down');
    second.next('timeout');
    earlier.webhook = { kind: 'accepted', providerMessageId: 'taken' };
    await askAndWait();
    await later(2);
    expect([first.attempts.length, second.attempts.length]).toEqual([1, 1]);
    expect(await row()).toMatchObject({ status: 'sent', provider: 'webhook', providerMessageId: 'taken' });
  });

  test.each(['tried again', 'passed on'])(
    'what a process had in hand when it died, %s after a failure, is asked for before another provider gets it',
    async (how) => {
      const again = how === 'tried again';
      const dying = again ? first : second;
      first.next('slow_down');
      if (again) {
        second.next('slow_down');
        await askAndWait();
        service.clock.advance(2);
        first.hold();
        await service.background.outbox.run();
      } else {
        second.hold();
        await ask();
      }
      await vi.waitFor(() => expect(dying.to(phoneNumber)).toHaveLength(again ? 2 : 1));
      service.clock.advance(LEASE);

      const others = [new ScriptedSender('twilio'), new ScriptedSender('webhook')].map((sender) =>
        Object.assign(sender, { findEarlier: async () => earlier[sender.provider as keyof typeof earlier] }),
      );
      const { database, clock } = service;
      const other = await startService({ env, senders: others, database, clock });
      for (const each of others) if (each.provider === dying.provider) each.always('provider_unavailable');
      for (const each of again ? fiveBritons : fiveTanzanians) {
        await requestOtp(other, { phoneNumber: each });
        await other.background.outbox.drain();
      }
      earlier[dying.provider as keyof typeof earlier] = { kind: 'accepted', providerMessageId: 'taken' };
      await other.background.outbox.run();
      await other.background.outbox.drain();
      expect(others.flatMap((each) => each.to(phoneNumber))).toEqual([]);
      expect(await row()).toMatchObject({ status: 'sent', providerMessageId: 'taken', provider: dying.provider });
      dying.release();
      await service.background.outbox.drain();
      await other.close();
    },
  );
});

describe('a slow provider', () => {
  test('holds nobody up whose texts another one sends', async () => {
    second.hold();
    await Promise.all(Array.from({ length: 60 }, (_, index) => ask(tanzanian(index))));
    await vi.waitFor(() => expect(second.attempts).toHaveLength(50));
    await ask(british);
    try {
      await vi.waitFor(() => expect(first.to(british)).toHaveLength(1));
    } finally {
      second.release();
    }
    await service.background.outbox.drain();
    await later(0);
    expect(second.attempts).toHaveLength(60);
  });

  test('with hundreds of texts waiting for it lets the others be tried again in their second', async () => {
    first.next('provider_unavailable');
    await askAndWait(british);
    await fillOutbox();
    await later(2);
    expect(await row(british)).toMatchObject({ status: 'sent', attempts: 2 });
  });

  /** Five hundred texts are due, before the one that waits, and their only provider rests. */
  async function fillOutbox() {
    second.always('provider_unavailable');
    for (const each of fiveTanzanians) await askAndWait(each);
    await service.db.execute(sql`
      WITH challenge AS (
        INSERT INTO otp_challenges
        SELECT (jsonb_populate_record(c, jsonb_build_object('phone_number', '+2556792' || n, 'challenge_id', gen_random_uuid()))).*
        FROM otp_challenges c, generate_series(10000, 10499) n
        WHERE c.phone_number = ${tanzanian(1)}
        RETURNING phone_number, challenge_id
      )
      INSERT INTO messages (id, phone_number, purpose, challenge_id, country, provider, locale, created_at,
        attempts, next_attempt_at)
      SELECT gen_random_uuid(), challenge.phone_number, m.purpose, challenge.challenge_id, 'TZ', 'webhook', 'en', m.created_at,
        0, m.created_at
      FROM challenge, (SELECT * FROM messages WHERE phone_number = ${tanzanian(1)}) m`);
  }
});

test('a message whose channel has no route any more after a restart has failed, and operators see it', async () => {
  const { database, clock } = service;
  const before = { ...env, DELIVERY_ROUTES: `${env.DELIVERY_ROUTES} VOICE=twilio` };
  const other = await startService({ env: before, senders: [first, second], database, clock });
  first.next('provider_unavailable');
  await requestOtp(other, { phoneNumber: british, channel: 'VOICE' });
  await other.close();
  await later(2);
  expect(await row(british)).toMatchObject({ status: 'failed', failure: 'rejected', providerCode: 'NO_ROUTE' });
  const { payload } = await service.background.metricsServer.inject({ url: '/metrics' });
  expect(payload).toContain('messages_total{provider="twilio",channel="VOICE",country="GB",outcome="rejected"} 1');
});

describe('reports', () => {
  test('that it arrived are believed of a provider that had it before the one that has it now', async () => {
    first.next('timeout');
    await askAndWait();
    expect(await row()).toMatchObject({ status: 'sent', provider: 'webhook' });
    expect(await report({ provider: 'twilio', providerMessageId: 'taken-after-all' })).toBe(true);
    expect(await row()).toMatchObject({ status: 'delivered', provider: 'twilio' });
  });

  test.each([
    [null, null],
    ['an-id', null],
    [null, 'an-id'],
  ])(
    'that are quicker than the answer stay, of providers that name no id, too (%s, %s)',
    async (reported, answered) => {
      first.hold();
      first.next({ kind: 'accepted', providerMessageId: answered });
      await ask();
      await vi.waitFor(() => expect(first.attempts).toHaveLength(1));
      await report({ state: 'failed', failure: 'unreachable', providerMessageId: reported });
      first.release();
      await service.background.outbox.drain();
      expect(await row()).toMatchObject({ status: 'failed', failure: 'unreachable' });
    },
  );

  test.each(['with the answer, too', 'first'])('with a price that came %s count it once', async (told) => {
    const price = { amount: 2, currency: 'EUR' };
    first.next({ kind: 'accepted', providerMessageId: 'priced', ...(told !== 'first' && { price }) });
    await askAndWait();
    await report({ providerMessageId: 'priced', price });
    const { payload } = await service.background.metricsServer.inject({ url: '/metrics' });
    const line = payload.split('\n').find((each) => each.startsWith('phone_accounts_messages_cost_total{'));
    expect(line).toMatch(/ 2$/);
    expect(await row()).toMatchObject({ price: '2', priceCurrency: 'EUR' });
  });
});

describe('a provider that takes its time to tell prices', () => {
  test('does not hold up a stop, and all prices are asked for once', async () => {
    let asked = 0;
    let answer = () => {};
    const waiting = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const priced = Object.assign(new ScriptedSender('twilio'), {
      priceOf: async () => {
        asked += 1;
        await waiting;
        return { amount: 1, currency: 'USD' };
      },
    });
    const { database, clock } = service;
    const other = await startService({ env, senders: [priced, second], database, clock });
    await requestOtp(other, { phoneNumber });
    await other.background.outbox.drain();
    await service.db.execute(sql`
      INSERT INTO messages (id, phone_number, purpose, challenge_id, country, provider, locale, created_at, status,
        provider_message_id, price_due_at)
      SELECT gen_random_uuid(), phone_number, purpose, challenge_id, 'NP', 'twilio', 'en', created_at, 'delivered',
        n::text, created_at
      FROM messages, generate_series(1, 250) n`);
    const stop = new AbortController();
    const looking = other.background.deliveries.askPrices(stop.signal);
    await vi.waitFor(() => expect(asked).toBeGreaterThan(0));
    stop.abort();
    answer();
    await looking;
    expect(asked).toBe(10);
    await other.background.deliveries.askPrices();
    expect(asked).toBe(250);
    await other.close();
  });
});

test('an answer that comes after another process has taken the message up sends it through nobody else', async () => {
  const [mine, theirs] = [new ScriptedSender('twilio'), new ScriptedSender('webhook')];
  const other = await startService({ env, senders: [mine, theirs], database: service.database, clock: service.clock });
  try {
    first.hold();
    first.next('provider_unavailable');
    await ask();
    await vi.waitFor(() => expect(first.attempts).toHaveLength(1));
    service.clock.advance(LEASE);
    mine.hold();
    await other.background.outbox.run();
    await vi.waitFor(() => expect(mine.attempts).toHaveLength(1));
    first.release();
    await service.background.outbox.drain();
    expect(second.attempts).toHaveLength(0);
    mine.release();
    await other.background.outbox.drain();
    expect(theirs.attempts).toHaveLength(0);
    expect(await row()).toMatchObject({ status: 'sent', provider: 'twilio', attempts: 2 });
  } finally {
    await other.close();
  }
});

test('a report of a loss that was judged before the message arrived does not undo that', async () => {
  await askAndWait();
  const deliveries = new DeliveryRepository(service.db);
  const { id: messageId, providerMessageId } = await row();
  const report = { messageId, provider: 'twilio', providerMessageId } as const;
  const before = await deliveries.find(messageId);
  if (!before) throw new Error('There is no message.');
  const by = { now: service.clock.now(), askPrice: false };
  expect(await deliveries.delivered({ ...report, state: 'delivered' }, by)).toMatchObject({ status: 'delivered' });
  const loss = { ...report, state: 'failed', failure: 'blocked' } as const;
  expect(await deliveries.lost(loss, { ...by, before, next: 'webhook' })).toBeNull();
  expect(await row()).toMatchObject({ status: 'delivered', provider: 'twilio' });
});

test('a message that was withheld cannot be reported as delivered', async () => {
  await askAndWait();
  const { id: messageId, providerMessageId } = await row();
  await service.db.execute(
    sql`UPDATE messages SET status = 'failed', failure = 'withheld' WHERE id = ${messageId}::uuid`,
  );
  const report: DeliveryReport = { messageId, provider: 'twilio', providerMessageId, state: 'delivered' };
  expect(await service.background.deliveries.report(report)).toBe(false);
  expect(await row()).toMatchObject({ status: 'failed', failure: 'withheld' });
});
