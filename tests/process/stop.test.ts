import { once } from 'node:events';
import { Agent, get, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { form, requestOtp } from '../support/operations/operations.js';
import { openTestDatabase } from '../support/postgres/test-database.js';
import { bundledServer, living } from '../support/process/process-folder.js';
import { ProcessPlace } from '../support/process/process-place.js';
import { startTwilioStandIn } from '../support/twilio/twilio-stand-in.js';

const TWILIO = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'a token' };

let place: ProcessPlace;

beforeEach(async () => {
  place = await ProcessPlace.make();
});

afterEach(() => place.end());

/** On the server of all tests: a database of its own is for tests that are about it. */
async function elsewhere(): Promise<Record<string, string>> {
  const database = await openTestDatabase();
  onTestFinished(() => database.close());
  return { DATABASE_URL: database.url };
}

/** The settings for texts that go through the stand-in. */
function textsThrough(twilio: { url: string }): Record<string, string> {
  return {
    SMS_PROVIDER: 'twilio',
    TWILIO_ACCOUNT_SID: TWILIO.accountSid,
    TWILIO_AUTH_TOKEN: TWILIO.authToken,
    TWILIO_PHONE_NUMBER: '+15005550006',
    TWILIO_BASE_URL: twilio.url,
    LOG_LEVEL: 'info',
  };
}

interface Answer {
  readonly became: string;
  /** Whether the connection is kept. */
  readonly connection: string;
}

/**
 * A registration that the service has begun to read for sure: it says so (RFC 9110, section 10.1.1) before the form is
 * sent. Resolves to its answer.
 */
async function begunRegistration(url: string, index: number): Promise<{ answer: Promise<Answer> }> {
  const input = form({ email: `busy${index}@example.com`, phoneNumber: `+2556791900${10 + index}` });
  const query = 'mutation Register($input: RegisterInput!) { register(input: $input) { __typename } }';
  const call = request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', expect: '100-continue' },
  });
  const answer = once(call, 'response').then(async ([response]) => {
    const body = JSON.parse(await text(response));
    return { became: body.data.register.__typename, connection: response.headers.connection };
  });
  call.flushHeaders();
  await once(call, 'continue');
  call.end(JSON.stringify({ query, variables: { input } }));
  return { answer };
}

/** All were answered, and the last ones were told that their connections end: nobody waits for those. */
function expectAllRegistered(answers: readonly Answer[]): void {
  expect(answers.map(({ became }) => became)).toEqual(Array(REGISTRATIONS).fill('RegisterSuccess'));
  expect(answers.map(({ connection }) => connection)).toContain('close');
}

/** More than are hashed at a time, which is three. All of them get five seconds. */
const REGISTRATIONS = 6;

async function busy({ url }: { url: string }): Promise<Promise<Answer>[]> {
  const begun = await Promise.all(Array.from({ length: REGISTRATIONS }, (_, index) => begunRegistration(url, index)));
  return begun.map(({ answer }) => answer);
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: what is under way is answered, then everything is gone',
  async (signal) => {
    await place.setUp();
    const service = await place.startReady();
    const server = await bundledServer(place.folder);
    const answers = await busy(service);

    const ending = await service.stop(signal);

    expectAllRegistered(await Promise.all(answers));
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(await living(server)).toEqual([]);
    expect(service.groupLives).toBe(false);
  },
);

test('Ctrl-C reaches every process of the terminal, and npm passes it on once more: what is under way is answered', async () => {
  await place.setUp();
  const service = await place.startReady();
  const server = await bundledServer(place.folder);
  const answers = await busy(service);

  service.pressCtrlC();
  await pause(30);
  service.tell('SIGINT');

  expectAllRegistered(await Promise.all(answers));
  expect(await service.ended).toMatchObject({ code: 0 });
  expect(await living(server)).toEqual([]);
});

test('connections that are kept open, used before or never, delay nothing', async () => {
  const service = await place.startReady({ env: await elsewhere() });
  const { hostname, port } = new URL(service.url);
  const never = connect(Number(port), hostname);
  never.on('error', () => undefined);
  await once(never, 'connect');
  const agent = new Agent({ keepAlive: true });
  const [response] = await once(get(`${service.url}/healthz`, { agent }), 'response');
  await text(response);
  const began = performance.now();

  const ending = await service.stop();

  expect(ending.code).toBe(0);
  expect(performance.now() - began).toBeLessThan(4_000);
  never.destroy();
  agent.destroy();
});

test('a client that never ends its request delays the stop by seconds, not for ever', async () => {
  await place.setUp();
  const service = await place.startReady();
  const { hostname, port } = new URL(service.url);
  const slow = connect(Number(port), hostname);
  slow.on('error', () => undefined);
  slow.write(
    'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
  );
  await fetch(`${service.url}/healthz`);
  const began = performance.now();

  const ending = await service.stop();

  expect(ending.code).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(await bundledServer(place.folder)).toEqual([]);
  slow.destroy();
});

test('a text that is on its way to the provider is handed over and put on record first', async () => {
  const twilio = await startTwilioStandIn(TWILIO);
  const env = { ...textsThrough(twilio), ...(await elsewhere()) };
  twilio.answerNext({ kind: 'accept', delayMs: 1_000 });
  const service = await place.startReady({ env });
  expect((await requestOtp(service.client, { phoneNumber: '+255679190720' })).__typename).toBe('RequestOtpSuccess');

  const ending = await service.stop();

  expect(ending.code).toBe(0);
  expect(ending.stdout).toContain('"msg":"message sent"');
  expect(twilio.messages).toHaveLength(1);
  await twilio.close();
});

test('npm alone is told to stop, as by a container: a text that is on its way is handed over first, too', async () => {
  const twilio = await startTwilioStandIn(TWILIO);
  // Longer than two looks at whether npm is still there.
  twilio.answerNext({ kind: 'accept', delayMs: 3_000 });
  await place.setUp();
  const service = await place.startByNpm(textsThrough(twilio));
  const server = await bundledServer(place.folder);
  expect((await requestOtp(service.client, { phoneNumber: '+255679190720' })).__typename).toBe('RequestOtpSuccess');

  const ending = await service.stop();

  expect(ending.stdout).toContain('"msg":"message sent"');
  expect(twilio.messages).toHaveLength(1);
  expect(await living(server)).toEqual([]);
  await twilio.close();
});

test('a second signal ends the service at once', async () => {
  const twilio = await startTwilioStandIn(TWILIO);
  const env = { ...textsThrough(twilio), ...(await elsewhere()) };
  twilio.answerNext({ kind: 'hang' });
  const service = await place.startReady({ env });
  await requestOtp(service.client, { phoneNumber: '+255679190720' });
  service.tell('SIGTERM');
  await eventually(async () => (service.stdout.includes('"msg":"stopping"') ? true : null));
  await pause(1_300);
  expect(service.groupLives).toBe(true);

  const ending = await Promise.race([service.stop('SIGTERM'), pause(3_000, null)]);

  expect(ending).toMatchObject({ code: 1 });
  await twilio.close();
});
