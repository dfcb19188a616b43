import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { me, requestOtp, verifyOtp } from '../support/operations/operations.js';
import { freePort } from '../support/process/free-port.js';
import { bundledServer, living } from '../support/process/process-folder.js';
import { ProcessPlace } from '../support/process/process-place.js';
import type { ServiceProcess } from '../support/process/process-service.js';

const PHONE_NUMBER = '+255679190720';

let place: ProcessPlace;

beforeEach(async () => {
  place = await ProcessPlace.make();
});

afterEach(() => place.end());

async function signIn(service: ServiceProcess) {
  await requestOtp(service.client, { phoneNumber: PHONE_NUMBER });
  const otp = await service.printedCode(PHONE_NUMBER);
  return verifyOtp(service.client, { phoneNumber: PHONE_NUMBER, otp });
}

test('a developer with nothing configured runs the query of the welcome and signs in with the code in the terminal', async () => {
  const service = await place.startReady();
  const [query = ''] = /mutation \{.*?\n {2}\}/s.exec(service.stdout) ?? [];

  const { body: asked } = await service.client.graphql(query);
  const otp = await service.printedCode(PHONE_NUMBER);
  const signedIn = await verifyOtp(service.client, { phoneNumber: PHONE_NUMBER, otp });

  expect(asked).toMatchObject({ data: { requestOtp: { __typename: 'RequestOtpSuccess', phoneNumber: PHONE_NUMBER } } });

  // The first start takes longer, and says why.
  expect(service.stdout).toMatch(/^Making a database in .+, once …\n/);
  expect(service.stdout).toContain(`phone-accounts is ready:  http://localhost:${new URL(service.url).port}/graphql`);
  expect(service.stdout).toMatch(/^SMS to \+255679190720: \d{6} is your verification code\./m);
  expect(service.stderr).toBe('');
  expect(signedIn).toMatchObject({ __typename: 'VerifyOtpSuccess', newMember: true });
  const { body } = await me(service.client, signedIn.tokens.accessToken);
  expect(body.data.me).toMatchObject({ id: signedIn.user.id, phoneNumber: PHONE_NUMBER, phoneVerified: true });
});

test('after a restart a user is still signed in, and the pause between two texts goes on', async () => {
  await place.setUp();
  const env = { PORT: String(await freePort()) };
  const first = await place.startReady({ env });
  const { user, tokens } = await signIn(first);
  const ending = await first.stop();

  const second = await place.startReady({ env });

  expect(ending).toMatchObject({ code: 0, stderr: '' });
  expect((await me(second.client, tokens.accessToken)).body.data.me).toMatchObject({ id: user.id });
  expect(await requestOtp(second.client, { phoneNumber: PHONE_NUMBER })).toMatchObject({
    __typename: 'TooManyRequestsError',
  });
});

test('npm start in a checkout does all of it, and Ctrl-C in its terminal leaves nothing running', async () => {
  const service = await place.startByNpm();

  const signedIn = await signIn(service);
  const server = await bundledServer(place.folder);
  service.pressCtrlC();
  await service.ended;

  expect(signedIn.__typename).toBe('VerifyOtpSuccess');
  expect(server.length).toBeGreaterThan(0);
  expect(await living(server)).toEqual([]);
  expect(service.groupLives).toBe(false);
});

test('settings come from an env file in the working folder, and the real environment wins over it', async () => {
  await place.setUp();
  const port = await freePort();
  await writeFile(join(place.folder, '.env'), `\uFEFFTOKEN_AUDIENCE="an app"\nPORT=1\nUNKNOWN_PHONE=reject\nPROT=2\n`);
  const service = await place.startReady({ env: { PORT: String(port), UNKNOWN_PHONE: '', PUBLIC_URI: 'x' } });

  const signedIn = await signIn(service);

  const [, claims = ''] = signedIn.tokens.accessToken.split('.');
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    aud: 'an app',
    iss: `http://localhost:${port}`,
  });
  expect(service.stdout).toContain('The file .env: line 4 sets PROT, which is no setting. Did you mean PORT?');
  expect(service.stdout).toContain('PUBLIC_URI in the environment is no setting. Did you mean PUBLIC_URL?');
  expect(service.stdout).toContain('UNKNOWN_PHONE is empty in the environment, which wins over the file .env.');
});
