import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { eventually } from '../support/eventually.js';
import { requestOtp, verifyOtp } from '../support/operations/operations.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { ProcessPlace } from '../support/process/process-place.js';
import type { ServiceProcess } from '../support/process/process-service.js';
import { messagesTo } from '../support/postgres/rows.js';
import { TEST_SECRET } from '../support/service.js';
import { WITHOUT_CROWDS } from '../support/without-crowds.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { startTwilioStandIn, type TwilioStandIn } from '../support/twilio/twilio-stand-in.js';

/** Processes that die with promised texts in hand, and others that take them up: real processes, a real PostgreSQL. */

const TWILIO = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'a token' };
const phoneNumber = '+255679190730';

let place: ProcessPlace;
let database: TestDatabase;
let twilio: TwilioStandIn;
beforeEach(async () => {
  [place, database, twilio] = await Promise.all([ProcessPlace.make(), openTestDatabase(), startTwilioStandIn(TWILIO)]);
});
afterEach(async () => {
  await place.end();
  await Promise.all([database.close(), twilio.close()]);
});

function start(databaseUrl = database.url): Promise<ServiceProcess> {
  return place.startReady({
    env: {
      DATABASE_URL: databaseUrl,
      APP_SECRET: TEST_SECRET,
      PUBLIC_URL: 'https://accounts.test',
      ...WITHOUT_CROWDS,
      LOG_LEVEL: 'info',
      SMS_PROVIDER: 'twilio',
      TWILIO_ACCOUNT_SID: TWILIO.accountSid,
      TWILIO_AUTH_TOKEN: TWILIO.authToken,
      TWILIO_PHONE_NUMBER: '+15005550006',
      TWILIO_BASE_URL: twilio.url,
    },
  });
}

/** What time would bring: nobody has anything in hand any more. */
async function passLeases(): Promise<void> {
  await database.db.execute(sql`UPDATE messages SET next_attempt_at = now() WHERE status = 'queued'`);
}

function rowTo(number: string, status: string) {
  const found = async () => (await messagesTo(database, number)).find((row) => row.status === status);
  return eventually(found);
}

const sendsTo = (number: string) => twilio.requests.filter(({ form }) => form.get('To') === number);

test('kill -9 between commit and send: the text goes out once after a restart, and its code signs in', async () => {
  const proxy = await PostgresProxy.start(database.url);
  proxy.loseAnswersTo('INSERT INTO messages');
  const doomed = await start(proxy.url);
  const asking = requestOtp(doomed.client, { phoneNumber }).catch(() => 'no answer');
  await rowTo(phoneNumber, 'queued');
  await doomed.stop('SIGKILL');
  expect(await asking).toBe('no answer');
  expect(twilio.requests).toEqual([]);
  await proxy.close();

  const [first, second] = [await start(), await start()];
  await passLeases();
  const { body } = await twilio.nextMessage(phoneNumber);
  expect(await rowTo(phoneNumber, 'sent')).toMatchObject({ attempts: 2 });
  const answer = await verifyOtp(second.client, { phoneNumber, otp: body.slice(0, 6) });
  expect(answer.__typename).toBe('VerifyOtpSuccess');
  await Promise.all([first.stop(), second.stop()]);
  expect(twilio.messages).toHaveLength(1);
});

test('kill -9 between the provider’s yes and its note: the next process finds the text, and sends no second one', async () => {
  const doomed = await start();
  const answerAll = twilio.hold();
  expect(await requestOtp(doomed.client, { phoneNumber })).toMatchObject({ __typename: 'RequestOtpSuccess' });
  await eventually(async () => sendsTo(phoneNumber)[0]);
  await doomed.stop('SIGKILL');
  answerAll();
  const { sid } = await twilio.nextMessage(phoneNumber);
  expect(await rowTo(phoneNumber, 'queued')).toMatchObject({ providerMessageId: null });

  const next = await start();
  await passLeases();
  expect(await rowTo(phoneNumber, 'sent')).toMatchObject({ providerMessageId: sid, attempts: 2 });
  await next.stop();
  expect(sendsTo(phoneNumber)).toHaveLength(1);
});

test('kill -9 with fifty texts in hand and seventy waiting: two others share them, each arrives, and none twice', async () => {
  const doomed = await start();
  const numbers = Array.from({ length: 120 }, (_, index) => `+255679191${String(index).padStart(3, '0')}`);
  const answerFirst = twilio.hold();
  await Promise.all(numbers.map((each) => requestOtp(doomed.client, { phoneNumber: each })));
  await within30s(() => expect(twilio.requests).toHaveLength(50));
  await doomed.stop('SIGKILL');
  // Half of what was in flight is taken, half is lost.
  for (let count = 0; count < 25; count += 1) twilio.answerNext({ kind: 'close' }, { kind: 'accept' });
  answerFirst();
  await within30s(() => expect(twilio.messages).toHaveLength(25));
  await passLeases();

  const answerOthers = twilio.hold();
  const others = await Promise.all([start(), start()]);
  await within30s(() => expect(twilio.requests).toHaveLength(150));
  answerOthers();
  await within30s(async () => {
    const unsent = sql`SELECT id FROM messages WHERE status <> 'sent'`;
    expect(await database.db.execute(unsent)).toHaveLength(0);
  });
  const endings = await Promise.all(others.map((each) => each.stop()));
  expect(twilio.messages.map(({ to }) => to).sort()).toEqual(numbers);
  expect(endings.map(({ stdout }) => stdout.includes('"msg":"message sent"'))).toEqual([true, true]);
});

function within30s(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 30_000, interval: 20 });
}

test('a text whose provider failed is tried again by itself, and none of the two processes sends it twice', async () => {
  const [first, second] = [await start(), await start()];
  twilio.answerNext({ kind: 'error', code: 20503, status: 503 });
  await requestOtp(first.client, { phoneNumber });
  const { sid } = await twilio.nextMessage(phoneNumber);
  expect(await rowTo(phoneNumber, 'sent')).toMatchObject({ providerMessageId: sid, attempts: 2 });
  await Promise.all([first.stop(), second.stop()]);
  expect(sendsTo(phoneNumber)).toHaveLength(2);
});
