import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { form, requestOtp } from './support/operations.js';
import { bundledServer, living } from './support/process-folder.js';
import { ProcessPlace } from './support/process-place.js';
import { startTwilioStandIn } from './support/twilio-stand-in.js';

const TWILIO = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'a token' };

let place: ProcessPlace;

beforeEach(async () => {
  place = await ProcessPlace.make();
});

afterEach(() => place.end());

/**
 * A registration that the service has begun to read for sure: it says so (RFC 9110, section 10.1.1) before the form is
 * sent. Resolves to its answer, whose `__typename` is what became of it.
 */
async function begunRegistration(url: string, index: number): Promise<{ answer: Promise<string> }> {
  const input = form({ email: `busy${index}@example.com`, phoneNumber: `+2556791900${10 + index}` });
  const query = 'mutation Register($input: RegisterInput!) { register(input: $input) { __typename } }';
  const call = request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', expect: '100-continue' },
  });
  const answer = once(call, 'response').then(async ([response]) => {
    const body = JSON.parse(await text(response));
    return String(body.data.register.__typename);
  });
  call.flushHeaders();
  await once(call, 'continue');
  call.end(JSON.stringify({ query, variables: { input } }));
  return { answer };
}

/** Each of them hashes a password, and only three are hashed at a time. */
async function busy({ url }: { url: string }): Promise<Promise<string>[]> {
  const begun = await Promise.all(Array.from({ length: 12 }, (_, index) => begunRegistration(url, index)));
  return begun.map(({ answer }) => answer);
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: what is under way is answered, then everything is gone',
  async (signal) => {
    const service = await place.startReady();
    const server = await bundledServer(place.folder);
    const answers = await busy(service);
    await pause(50);

    const ending = await service.stop(signal);

    expect(await Promise.all(answers)).toEqual(Array(12).fill('RegisterSuccess'));
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(await living(server)).toEqual([]);
    expect(service.groupLives).toBe(false);
  },
);

test('Ctrl-C, which reaches every process of the terminal: what is under way is answered', async () => {
  const service = await place.startReady();
  const server = await bundledServer(place.folder);
  const answers = await busy(service);

  service.pressCtrlC();

  expect(await Promise.all(answers)).toEqual(Array(12).fill('RegisterSuccess'));
  expect(await service.ended).toMatchObject({ code: 0 });
  expect(await living(server)).toEqual([]);
});

test('connections that are kept open delay nothing', async () => {
  const service = await place.startReady();
  const { hostname, port } = new URL(service.url);
  const silent = connect(Number(port), hostname);
  silent.on('error', () => undefined);
  await pause(50);

  const ending = await Promise.race([service.stop(), pause(10_000, null)]);

  expect(ending).toMatchObject({ code: 0 });
  silent.destroy();
});

test('a text that is on its way to the provider is handed over and put on record first', async () => {
  const twilio = await startTwilioStandIn(TWILIO);
  const env = {
    SMS_PROVIDER: 'twilio',
    TWILIO_ACCOUNT_SID: TWILIO.accountSid,
    TWILIO_AUTH_TOKEN: TWILIO.authToken,
    TWILIO_PHONE_NUMBER: '+15005550006',
    TWILIO_BASE_URL: twilio.url,
    LOG_LEVEL: 'info',
  };
  twilio.answerNext({ kind: 'accept', delayMs: 1_000 });
  const service = await place.startReady({ env });
  expect((await requestOtp(service.client, { phoneNumber: '+255679190720' })).__typename).toBe('RequestOtpSuccess');

  const ending = await service.stop();

  expect(ending.code).toBe(0);
  expect(ending.stdout).toContain('"msg":"message sent"');
  expect(twilio.messages).toHaveLength(1);
  await twilio.close();
});

test('a second signal ends the service at once', async () => {
  const twilio = await startTwilioStandIn(TWILIO);
  const env = {
    SMS_PROVIDER: 'twilio',
    TWILIO_ACCOUNT_SID: TWILIO.accountSid,
    TWILIO_AUTH_TOKEN: TWILIO.authToken,
    TWILIO_PHONE_NUMBER: '+15005550006',
    TWILIO_BASE_URL: twilio.url,
  };
  twilio.answerNext({ kind: 'hang' });
  const service = await place.startReady({ env });
  await requestOtp(service.client, { phoneNumber: '+255679190720' });
  service.tell('SIGTERM');
  await pause(800);
  expect(service.groupLives).toBe(true);

  const ending = await Promise.race([service.stop('SIGTERM'), pause(3_000, null)]);

  expect(ending).toMatchObject({ code: 1 });
  await twilio.close();
});
