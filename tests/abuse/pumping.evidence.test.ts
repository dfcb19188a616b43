import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signIn } from '../support/operations/operations.js';
import { refresh } from '../support/operations/session-operations.js';
import { ask, GUARDED, isPaused, numberIn, pausesOf, pump, signUp, spoilCountry } from '../support/pumping.js';
import { startService, type TestService } from '../support/service.js';

/** What the pumping guard takes for a sign of honest people, and what strangers can do against these. */

const PUMPED = '25567910';
const NEIGHBOUR = '25567955';
const HONEST = '25575420';
/** A range of a block that nobody has asked from yet. */
const HONEST_NEW = '25571420';
const ABROAD = '97798001';

let service: TestService;

beforeEach(async () => {
  service = await startService({ env: GUARDED });
  await signUp(service, HONEST, 6);
});

afterEach(() => service.close());

const textsTo = (range: string) => service.phone.messages.filter(({ to }) => to.startsWith(`+${range}`)).length;

describe('in a paused range, people', () => {
  test('who signed up once and type nothing are sent one code a day, and that once more', async () => {
    const { deviceToken } = await signIn(service, numberIn(PUMPED, 7005));
    await pump(service, PUMPED, 15);
    const before = textsTo(PUMPED);

    for (let round = 0; round < 4; round += 1) {
      await ask(service, numberIn(PUMPED, 7005), { deviceToken });
      service.clock.advance(70);
    }

    expect(textsTo(PUMPED)).toBe(before + 2);
  });

  test('who come back on a later day are sent every code that they ask for', async () => {
    const phoneNumber = numberIn(PUMPED, 7006);
    await signIn(service, phoneNumber);
    service.clock.advance(86_400);
    await signIn(service, phoneNumber);
    await pump(service, PUMPED, 36);
    const before = service.phone.to(phoneNumber).length;

    for (let round = 0; round < 3; round += 1) {
      expect(isPaused(await ask(service, phoneNumber))).toBe(true);
      service.clock.advance(70);
    }

    expect(service.phone.to(phoneNumber)).toHaveLength(before + 3);
  });
});

/** Somebody who earns nothing asks for codes, so that other people get none (V6). */
describe('out of spite', () => {
  const strangers = ['61', '62', '65', '66', '67', '68', '69', '73'].map((operator) => `255${operator}310`);

  test('nobody closes a country by codes to it that nobody types', async () => {
    for (let index = 0; index < 120; index += 1) {
      await ask(service, numberIn(strangers[index % 8] ?? '', index));
      service.clock.advance(60);
    }

    expect((await pausesOf(service)).length).toBeGreaterThan(0);
    for (const newcomer of [numberIn(HONEST, 1), numberIn(HONEST_NEW, 1), numberIn('25571999', 1)])
      expect(isPaused(await ask(service, newcomer)), newcomer).toBe(false);
  });

  test.each<[string, (refreshToken: string) => Promise<unknown>]>([
    ['signs in again', () => signIn(service, numberIn(HONEST, 6000))],
    ['uses the session that is there', (refreshToken) => refresh(service, refreshToken)],
  ])('nobody closes a range or a block where somebody who signed up %s on a later day', async (_, comeBack) => {
    const { tokens } = await signIn(service, numberIn(HONEST, 6000));
    await spoilCountry(service);
    service.clock.advance(86_400);
    await comeBack(tokens.refreshToken);
    await service.background.pumpingGuard.idle();

    for (let index = 0; index < 10; index += 1) {
      await ask(service, numberIn(HONEST, 100 + index));
      await ask(service, numberIn(`255754${30 + index}`, index));
      service.clock.advance(330);
    }

    expect(isPaused(await ask(service, numberIn(HONEST, 1)))).toBe(false);
    expect(isPaused(await ask(service, numberIn('25575499', 1)))).toBe(false);
  });
});

describe('texts that do not arrive', () => {
  const fail = async (phoneNumber: string) => {
    await service.background.outbox.drain();
    const [message] = await service.db.execute<{ id: string }>(sql`
      SELECT id FROM messages WHERE phone_number = ${phoneNumber} ORDER BY created_at DESC LIMIT 1`);
    const lost = { provider: 'webhook', providerMessageId: null, state: 'failed', failure: 'undelivered' } as const;
    await service.background.deliveries.report({ ...lost, messageId: message?.id ?? '' });
  };

  test('are no evidence against the people who wait for them', async () => {
    for (let index = 0; index < 20; index += 1) {
      await ask(service, numberIn(NEIGHBOUR, index));
      await fail(numberIn(NEIGHBOUR, index));
      service.clock.advance(60);
    }

    expect(await pausesOf(service)).toEqual([]);
  });

  test('and of which nothing is reported, where reports come usually, are none either', async () => {
    await reportYesterday();
    for (let index = 0; index < 20; index += 1) {
      await ask(service, numberIn(NEIGHBOUR, index));
      await service.background.outbox.drain();
      service.clock.advance(60);
      await service.background.deliveries.uncountUnreported();
      await service.background.pumpingGuard.idle();
    }

    expect(await pausesOf(service)).toEqual([]);
  });

  /** 30 texts, a day and more ago, of which the provider reported that they arrived. */
  async function reportYesterday(): Promise<void> {
    for (let index = 0; index < 30; index += 1) await signIn(service, `+${ABROAD}${10_000 + index}`);
    await service.background.outbox.drain();
    await service.db.execute(sql`UPDATE messages SET status = 'delivered'`);
    service.clock.advance(90_000);
  }
});
