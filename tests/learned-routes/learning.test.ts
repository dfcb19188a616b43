import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routeFactsTable } from '../../src/learned-routes/route-facts.table.js';
import { messageTable } from '../../src/messaging/message.table.js';
import { systemRandom } from '../../src/platform/random.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { requestOtp, verifyOtp } from '../support/operations/operations.js';
import { messagesTo } from '../support/postgres/rows.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { setRole } from '../support/sleepers.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** `DELIVERY_ROUTES=auto`: people get codes, and the service learns from what becomes of them which provider is first. */

const { SMS_PROVIDER: _, ...TWILIO } = THROUGH_TWILIO;
const env = {
  ...TWILIO,
  ...MANY_TEXTS,
  SENDS_PER_NETWORK_PER_HOUR: '10000',
  DELIVERY_ROUTES: 'SMS=auto',
  WEBHOOK_URL: 'http://127.0.0.1:9',
  WEBHOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(5)}`,
};

let service: TestService;
/** A second process on the same database. */
let other: TestService;
const twilio = new ScriptedSender('twilio');
const webhook = new ScriptedSender('webhook');
/** What chance draws for the next order, from 0 to below 1. */
let chance = 0;
const random = {
  ...systemRandom,
  bytes(size: number) {
    if (size !== 4) return randomBytes(size);
    const drawn = Buffer.alloc(4);
    drawn.writeUInt32BE(Math.floor(chance * 2 ** 32));
    return drawn;
  },
};

beforeAll(async () => {
  service = await startService({ env, senders: [twilio, webhook], random });
  const { database, clock } = service;
  other = await startService({ env, senders: [twilio, webhook], random, database, clock });
  await learn();
});
afterAll(async () => {
  await other.close();
  await service.close();
});

let numbers = 0;

function freshNumber(prefix = '+9779804'): string {
  numbers += 1;
  return prefix + String(numbers).padStart(6, '0');
}

async function ask(phoneNumber: string): Promise<void> {
  expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'RequestOtpSuccess' });
  await service.background.outbox.drain();
}

/** The person types the code, whichever provider brought it. */
async function type(phoneNumber: string) {
  const otp = twilio.code(phoneNumber) || webhook.code(phoneNumber);
  const verified = await verifyOtp(service, { phoneNumber, otp });
  expect(verified).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  await service.background.deliveries.drain();
  return verified;
}

/** The access token of somebody who may read. */
async function support(): Promise<string> {
  const phoneNumber = freshNumber('+9779802');
  await ask(phoneNumber);
  const { user, tokens } = await type(phoneNumber);
  await setRole(service, user.id, 'SUPPORT');
  return tokens.accessToken;
}

async function learn(): Promise<void> {
  await service.background.learnedRoutes.learn();
}

/** Old enough to be judged. */
async function judge(): Promise<void> {
  service.clock.advance(200);
  await learn();
}

async function facts(provider: string, country = 'NP') {
  const rows = await service.db.select().from(routeFactsTable).where(eq(routeFactsTable.provider, provider));
  const row = rows.find((each) => each.country === country && each.memory === 'long');
  return row && { tries: Math.round(row.tries), verified: Math.round(row.verified), cost: row.cost };
}

describe('a message', () => {
  test('goes to the first provider of the settings while nothing is known, or to the one that is tried', async () => {
    const [usual, tried] = [freshNumber(), freshNumber()];
    await ask(usual);
    chance = 0.99;
    await ask(tried);
    chance = 0;

    expect([twilio.to(usual).length, webhook.to(usual).length]).toEqual([1, 0]);
    expect([twilio.to(tried).length, webhook.to(tried).length]).toEqual([0, 1]);
    const rows = [(await messagesTo(service, usual))[0], (await messagesTo(service, tried))[0]];
    expect(rows.map((row) => row?.route)).toEqual([
      ['twilio', 'webhook'],
      ['webhook', 'twilio'],
    ]);
  });

  test('whose first provider fails while it is tried goes to the others at once, and to none twice', async () => {
    const phoneNumber = freshNumber();
    chance = 0.99;
    webhook.next('rejected');
    await ask(phoneNumber);
    chance = 0;

    expect([webhook.to(phoneNumber).length, twilio.to(phoneNumber).length]).toEqual([1, 1]);
    const [message, ...others] = await messagesTo(service, phoneNumber);
    expect(others).toEqual([]);
    expect(message).toMatchObject({ status: 'sent', provider: 'twilio', attempts: 2, route: ['webhook', 'twilio'] });
  });
});

describe('what became of a code counts', () => {
  test('once, when it is old enough, whichever process looks, for the provider that was first', async () => {
    await judge();
    const before = (await facts('webhook')) ?? { tries: 0, verified: 0 };
    const phoneNumber = freshNumber();
    chance = 0.99;
    webhook.next('provider_unavailable');
    await ask(phoneNumber);
    chance = 0;
    await type(phoneNumber);

    await learn();
    expect(await facts('webhook')).toMatchObject({ tries: before.tries });
    service.clock.advance(200);
    await Promise.all([learn(), other.background.learnedRoutes.learn(), learn()]);
    await learn();
    expect(await facts('webhook')).toMatchObject({ tries: before.tries + 1, verified: before.verified + 1 });
  });

  test('as not verified where the person had to ask once more', async () => {
    await judge();
    const before = await facts('twilio');
    const phoneNumber = freshNumber();
    await ask(phoneNumber);
    service.clock.advance(60);
    await ask(phoneNumber);
    await type(phoneNumber);
    await judge();

    const after = await facts('twilio');
    expect(after?.tries).toBe((before?.tries ?? 0) + 1);
    expect(after?.verified).toBe(before?.verified);
    // Both texts cost money.
    expect((after?.cost ?? 0) - (before?.cost ?? 0)).toBeGreaterThan(0.4);
  });

  test('once a day for each number, however often an attacker asks', async () => {
    await judge();
    const before = await facts('twilio');
    const phoneNumber = freshNumber();
    for (let hour = 0; hour < 4; hour += 1) {
      await ask(phoneNumber);
      service.clock.advance(1800);
    }
    await judge();
    expect((await facts('twilio'))?.tries).toBe((before?.tries ?? 0) + 1);
  });

  test('not at all where the code was withheld', async () => {
    await judge();
    const before = await facts('twilio');
    const phoneNumber = freshNumber();
    await ask(phoneNumber);
    const withheld = { status: 'failed', failure: 'withheld' } as const;
    await service.db.update(messageTable).set(withheld).where(eq(messageTable.destination, phoneNumber));
    await judge();
    expect((await facts('twilio'))?.tries).toBe(before?.tries);
  });
});

const ROUTES = `query ($country: String!, $channel: String) {
  deliveryRoutes(country: $country, channel: $channel) {
    channel country learned currency
    providers { provider standing explanation part tries verifiedShare leastShare mostShare price costPerVerified medianSeconds }
  }
}`;

describe('a provider whose codes are verified less often', () => {
  test('is not first any more, in any process, and the query says why', async () => {
    for (let index = 0; index < 40; index += 1) {
      const phoneNumber = freshNumber('+255719');
      const isTried = index % 2 === 0;
      chance = isTried ? 0.99 : 0;
      await ask(phoneNumber);
      if (isTried) await type(phoneNumber);
    }
    chance = 0;
    await judge();
    await other.background.learnedRoutes.learn();

    const target = { channel: 'SMS', country: 'TZ' } as const;
    for (const { background } of [service, other])
      expect(background.learnedRoutes.orderOf(target, ['twilio', 'webhook'], { trial: false })).toEqual([
        'webhook',
        'twilio',
      ]);
    const token = await support();
    const { body } = await service.graphql(ROUTES, { country: 'tz', channel: 'SMS' }, { token });
    const [route, ...others] = body.data.deliveryRoutes;
    expect(others).toEqual([]);
    expect(route).toMatchObject({ channel: 'SMS', country: 'TZ', learned: true, currency: 'USD' });
    const [first, second] = route.providers;
    expect(first).toMatchObject({ provider: 'webhook', standing: 'FIRST', part: 0.99, price: 0.28 });
    expect(first.verifiedShare).toBeGreaterThan(0.85);
    expect(second).toMatchObject({ provider: 'twilio', standing: 'BELOW_FLOOR', medianSeconds: null });
    expect(second.explanation).toContain('Its share is clearly lower than the best one');

    // The next person gets the code through the better one.
    const phoneNumber = freshNumber('+255719');
    await ask(phoneNumber);
    expect([webhook.to(phoneNumber).length, twilio.to(phoneNumber).length]).toEqual([1, 0]);
  });

  test('no route is told to a country or channel that does not exist', async () => {
    const token = await support();
    for (const variables of [{ country: 'ZZ' }, { country: 'NP', channel: 'PIGEON' }]) {
      const { body } = await service.graphql(ROUTES, variables, { token });
      expect(body).toEqual({ data: { deliveryRoutes: [] } });
    }
  });
});

test('a clock that was ahead does not stop the learning', async () => {
  service.clock.advance(7 * 86_400);
  await learn();
  service.clock.setBack(7 * 86_400);
  await learn();
  const before = await facts('twilio');
  await ask(freshNumber());
  service.clock.advance(260);
  await learn();
  expect((await facts('twilio'))?.tries).toBeGreaterThan(before?.tries ?? 0);
});
