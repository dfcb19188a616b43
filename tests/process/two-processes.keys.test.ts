import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { kidOf } from '../support/keys.js';
import { ManualClock } from '../support/manual-clock.js';
import { countOf, inParallel, requestOtp, verifyOtp } from '../support/operations/operations.js';
import type { GraphqlClient } from '../support/process/process-graphql.js';
import { ProcessPlace } from '../support/process/process-place.js';
import type { ServiceProcess } from '../support/process/process-service.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';
import { isSignedIn, refresh } from '../support/operations/session-operations.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

/** S6 with real processes, and a change of APP_SECRET: two services and an operator beside them, requests in parallel. */

const SCRIPT = fileURLToPath(new URL('../../scripts/keys-rotate.js', import.meta.url));
const NEW_SECRET = 'the secret that comes after it, and is no shorter';
const CODE = '123456';
const numbers = Array.from({ length: 30 }, (_, index) => `+15005551${String(index).padStart(3, '0')}`);
/** A token of a key that nobody has: to look for it, a process reloads its keys, as it does by itself every minute. */
const STRANGE = `${Buffer.from('{"alg":"ES256","typ":"at+jwt","kid":"strange"}').toString('base64url')}.e30.AAAA`;

let place: ProcessPlace;
let database: TestDatabase;
let serial = 0;
/** Services in the process of the tests. */
let here: readonly TestService[] = [];

afterEach(async () => {
  await Promise.all(here.map((service) => service.close()));
  here = [];
  await place.end();
  await database.close();
});

async function openPlace(): Promise<void> {
  [database, place] = await Promise.all([openTestDatabase(), ProcessPlace.make()]);
}

function settings(secrets: Record<string, string> = { APP_SECRET: TEST_SECRET }): Record<string, string> {
  return {
    DATABASE_URL: database.url,
    PUBLIC_URL: 'https://accounts.test',
    FIELD_RATE_LIMIT: '1000000',
    HTTP_RATE_LIMIT: '1000000',
    LOG_LEVEL: 'info',
    TEST_PHONES: numbers.map((phoneNumber) => `${phoneNumber}=${CODE}`).join(','),
    ...secrets,
  };
}

function deploy(secrets?: Record<string, string>): Promise<ServiceProcess> {
  return place.startReady({ env: settings(secrets) });
}

/** `npm run keys:rotate` in a terminal of its own. */
async function keysRotate(...args: string[]): Promise<void> {
  const operator = await place.start({ env: settings(), command: [process.execPath, SCRIPT, ...args] });
  expect(await operator.ended).toMatchObject({ code: 0, stderr: '' });
}

/** Signs in: the code is asked for at one process and proved at the other. */
async function device(asked: GraphqlClient, proved: GraphqlClient) {
  const phoneNumber = numbers[serial++] ?? '';
  await requestOtp(asked, { phoneNumber });
  const { tokens } = await verifyOtp(proved, { phoneNumber, otp: CODE });
  return tokens as { accessToken: string; refreshToken: string };
}

async function keySetOf({ url }: ServiceProcess): Promise<string[]> {
  const response = await fetch(`${url}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: Array<{ kid: string }> };
  return keys.map(({ kid }) => kid);
}

/** Waits until each process publishes these keys. */
async function published(processes: readonly ServiceProcess[], kids: readonly string[]): Promise<void> {
  for (const each of processes) {
    await eventually(async () => {
      await isSignedIn(each.client, STRANGE);
      return (await keySetOf(each)).join() === kids.join() || null;
    });
  }
}

/** Calls `me` at both processes until `stop`, eight at a time, with whatever token is the latest; returns the refusals. */
function asking(processes: readonly ServiceProcess[], tokens: readonly string[]) {
  let over = false;
  let calls = 0;
  let refused = 0;
  const clients = inParallel(8, async (index) => {
    while (!over) {
      const token = tokens[calls % tokens.length] ?? '';
      const { client } = processes[index % processes.length] as ServiceProcess;
      if (!(await isSignedIn(client, token))) refused += 1;
      calls += 1;
      // Without it, the calls would take all processors, and everything else would wait.
      await pause(50);
    }
  });
  return {
    async stop() {
      over = true;
      await clients;
      return { refused, asked: calls > 50 };
    },
  };
}

test('S6: a key is rotated and retires while both processes are asked all the time: nobody is refused', async () => {
  await openPlace();
  const [first, second] = await Promise.all([deploy(), deploy()]);
  const both = [first, second];
  const tokens = await device(first.client, second.client);
  const inUse = [tokens.accessToken];
  const before = kidOf(tokens.accessToken);
  const requests = asking(both, inUse);

  await keysRotate();
  const [{ kid: added }] = await newestKey();
  await published(both, [before, added]);
  // An hour later the new key signs. The first process notices; the second meets its tokens as it is.
  await database.db.execute(sql`UPDATE signing_keys SET signs_from = signs_from - interval '1 hour'`);
  const next = await eventually(async () => {
    await isSignedIn(first.client, STRANGE);
    const answer = await refresh(first.client, tokens.refreshToken);
    inUse.push(answer.tokens.accessToken);
    tokens.refreshToken = answer.tokens.refreshToken;
    return kidOf(answer.tokens.accessToken) === added ? answer.tokens : null;
  });
  const others = await inParallel(6, (index) =>
    device((both[index % 2] as ServiceProcess).client, (both[(index + 1) % 2] as ServiceProcess).client),
  );
  inUse.push(...others.map(({ accessToken }) => accessToken));
  expect(await requests.stop()).toEqual({ refused: 0, asked: true });

  // Its last token has expired: the key retires, at both.
  await database.db.execute(sql`UPDATE signing_keys SET signs_from = signs_from - interval '20 minutes'`);
  await published(both, [added]);
  for (const { client } of both) {
    expect(await isSignedIn(client, next.accessToken)).toBe(true);
    expect(await isSignedIn(client, tokens.accessToken)).toBe(false);
  }

  // The new one leaks: withdrawn, it leaves both sets, and a refresh mends everything.
  await keysRotate('--now');
  const [{ kid: last }] = await newestKey();
  await published(both, [last]);
  for (const { client } of both) expect(await isSignedIn(client, next.accessToken)).toBe(false);
  const { tokens: fresh } = await refresh(second.client, next.refreshToken);
  expect(await inParallel(2, (index) => isSignedIn((both[index] as ServiceProcess).client, fresh.accessToken))).toEqual(
    [true, true],
  );
});

async function newestKey(): Promise<[{ kid: string }]> {
  const [key] = await database.db.execute<{ kid: string }>(
    sql`SELECT kid FROM signing_keys ORDER BY number DESC LIMIT 1`,
  );
  if (!key) throw new Error('There is no key.');
  return [key];
}

test('APP_SECRET is changed process by process, as the documents say: nobody is signed out on the way', async () => {
  await openPlace();
  const steps: Array<Record<string, string>> = [
    { APP_SECRET: TEST_SECRET, APP_SECRET_PREVIOUS: NEW_SECRET },
    { APP_SECRET: NEW_SECRET, APP_SECRET_PREVIOUS: TEST_SECRET },
    { APP_SECRET: NEW_SECRET },
  ];
  // Services in this process: what they know of each other's secrets is in the database alone, as with processes.
  const clock = new ManualClock(new Date());
  const deployHere = (secrets?: Record<string, string>) => startService({ database, clock, env: settings(secrets) });
  let both: [TestService, TestService] = [await deployHere(), await deployHere()];
  here = both;
  let devices = [await device(...both), await device(both[1], both[0])];
  for (const secrets of steps) {
    // Old and new side by side after the first of two restarts, then new ones alone.
    for (const replaced of [0, 1] as const) {
      const fresh = await deployHere(secrets);
      await both[replaced].close();
      both = replaced === 0 ? [fresh, both[1]] : [both[0], fresh];
      here = both;
      clock.advance(5);
      devices = [
        ...(await everythingWorks(both, devices)),
        await device(both[replaced], both[1 - replaced] as TestService),
      ];
    }
  }
});

/** Every device asks at both, and refreshes at both at the same moment; returns what they hold then. */
async function everythingWorks(
  both: readonly TestService[],
  devices: ReadonlyArray<{ accessToken: string; refreshToken: string }>,
) {
  const at = (index: number) => both[index % 2] as TestService;
  return Promise.all(
    devices.map(async ({ accessToken, refreshToken }) => {
      const asked = await inParallel(4, (index) => isSignedIn(at(index), accessToken));
      expect(asked).toEqual([true, true, true, true]);
      const answers = await inParallel(4, (index) => refresh(at(index), refreshToken));
      expect(countOf(answers)).toEqual({ RefreshSessionSuccess: 4 });
      // Processes with different secrets sign with different ones; each takes what the other issued.
      const issued = answers.map(({ tokens }) => tokens.refreshToken as string);
      const again = await inParallel(4, (index) => refresh(at(index + 1), issued[index] ?? ''));
      expect(countOf(again)).toEqual({ RefreshSessionSuccess: 4 });
      return again[0].tokens as { accessToken: string; refreshToken: string };
    }),
  );
}
