import { setImmediate } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SigningKeyRepository } from '../../src/sessions/signing-key.repository.js';
import { signingKeyTable } from '../../src/sessions/signing-key.table.js';
import { addKeyWhenDue, rotateKeys } from '../../src/sessions/signing-key-rotation.js';
import { KEY_LEAD, KEY_LIFE } from '../../src/sessions/signing-key-schedule.js';
import { resigned, signingKeysOf } from '../support/forged-tokens.js';
import { endlessToken, keySet, kidOf, notice, otherProcess, rotate, storedKeys, withdraw } from '../support/keys.js';
import { inParallel, signIn } from '../support/operations/operations.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { startService, type TestService } from '../support/service.js';
import { isSignedIn, refresh } from '../support/operations/session-operations.js';

const PHONE_NUMBER = '+9779800000000';
const ACCESS_TOKEN_TTL = 900;
/** For so long a key stays published beyond its last token. */
const MARGIN = 300;
const LOOK_AGAIN_AFTER = 5;
const WAIT = { timeout: 10_000, interval: 20 };

let service: TestService;
let proxy: PostgresProxy;
/** Another process on the same database, which the test can count the statements of and cut off. */
let second: TestService;

beforeEach(async () => {
  service = await startService();
  proxy = await PostgresProxy.start(service.database.url);
  second = await startService({ database: service.database, databaseUrl: proxy.url, clock: service.clock });
});

afterEach(async () => {
  await second.close();
  await proxy.close();
  await service.close();
});

test('S6: after a rotation tokens of the key before work until they expire, then it leaves the set', async () => {
  const [before] = await keySet(service);
  const { tokens } = await signIn(service, PHONE_NUMBER);
  const { kid: added } = await rotate(service);
  await notice(service);

  expect(await keySet(service)).toEqual([before, added]);
  service.clock.advance(KEY_LEAD - 1);
  const last = await refresh(service, tokens.refreshToken);
  expect(kidOf(last.tokens.accessToken)).toBe(before);

  service.clock.advance(1);
  const next = await refresh(service, last.tokens.refreshToken);
  expect(kidOf(next.tokens.accessToken)).toBe(added);
  service.clock.advance(ACCESS_TOKEN_TTL - 2);
  expect(await isSignedIn(service, last.tokens.accessToken)).toBe(true);
  expect(await isSignedIn(service, next.tokens.accessToken)).toBe(true);

  service.clock.advance(MARGIN);
  expect(await keySet(service)).toEqual([before, added]);
  expect(await isSignedIn(service, last.tokens.accessToken)).toBe(false);
  service.clock.advance(2);
  expect(await keySet(service)).toEqual([added]);
});

test('S6: a token that was made with a retired key is refused, whatever it says about its end', async () => {
  const { tokens } = await signIn(service, PHONE_NUMBER);
  const token = await endlessToken(service, tokens.accessToken);
  await rotate(service);
  await notice(service);
  service.clock.advance(KEY_LEAD + ACCESS_TOKEN_TTL + MARGIN - 1);
  expect(await isSignedIn(service, token)).toBe(true);

  service.clock.advance(1);

  expect(await isSignedIn(service, token)).toBe(false);
  await notice(service);
  expect(await storedKeys(service)).toHaveLength(1);
  expect(await isSignedIn(service, token)).toBe(false);
});

test('a key that leaked is withdrawn at once, and nobody is signed out', async () => {
  const { tokens } = await signIn(service, PHONE_NUMBER);
  const stolen = await endlessToken(service, tokens.accessToken);
  await rotate(service);
  await notice(service);
  expect(await isSignedIn(service, stolen)).toBe(true);

  const { kid, withdrawn } = await withdraw(service);
  await notice(service);

  expect(withdrawn).toHaveLength(2);
  expect(await keySet(service)).toEqual([kid]);
  expect(await isSignedIn(service, stolen)).toBe(false);
  expect(await isSignedIn(service, tokens.accessToken)).toBe(false);
  const { tokens: fresh } = await refresh(service, tokens.refreshToken);
  expect(kidOf(fresh.accessToken)).toBe(kid);
  expect(await isSignedIn(service, fresh.accessToken)).toBe(true);
});

test('a token of a key that another process began to use is accepted, before this one has reloaded', async () => {
  await withdraw(service);
  await notice(service);
  const { tokens } = await signIn(service, PHONE_NUMBER);
  service.clock.advance(LOOK_AGAIN_AFTER);
  // Opens the connections, which have something to ask of their own.
  await inParallel(10, () => fetch(`${second.url}/readyz`));
  proxy.wire.reset();

  const answers = await inParallel(8, () => second.graphql('{ me { id } }', {}, { token: tokens.accessToken }));

  expect(answers.map(({ body }) => body.errors)).toEqual(answers.map(() => undefined));
  expect(proxy.wire.count.statements).toBe(answers.length + 1);
});

test('a flood of tokens with made-up key ids costs one look at the database every five seconds', async () => {
  const { privateKey } = await generateKeyPair('ES256');
  const { tokens } = await signIn(service, PHONE_NUMBER);
  const keys = await signingKeysOf(service);
  const flood = (round: number) =>
    inParallel(50, async (index) => {
      const header = { kid: `made-up-${round}-${index}` };
      const token = await resigned(tokens.accessToken, keys, { key: privateKey, header });
      expect(await isSignedIn(second, token)).toBe(false);
    });
  proxy.wire.reset();

  await flood(0);
  expect(proxy.wire.count.statements).toBe(0);
  service.clock.advance(LOOK_AGAIN_AFTER);
  await flood(1);
  await flood(2);
  expect(proxy.wire.count.statements).toBe(1);
});

test('me stays one statement, with the key before and with the new one', async () => {
  const first = await signIn(service, PHONE_NUMBER);
  await rotate(service);
  await Promise.all([notice(service), notice(second)]);
  service.clock.advance(KEY_LEAD);
  const { tokens } = await refresh(service, first.tokens.refreshToken);
  const old = await endlessToken(service, tokens.accessToken);
  proxy.wire.reset();

  expect(await isSignedIn(second, tokens.accessToken)).toBe(true);
  expect(await isSignedIn(second, old)).toBe(true);

  expect(proxy.wire.count.statements).toBe(2);
});

test('S3: a token that names a published key but was signed with another one is refused', async () => {
  const { tokens } = await signIn(service, PHONE_NUMBER);
  const { kid: waiting } = await rotate(service);
  await notice(service);
  const keys = await signingKeysOf(service);
  const { privateKey: key, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);

  for (const kid of [kidOf(tokens.accessToken), waiting, 'made-up', undefined]) {
    const token = await resigned(tokens.accessToken, keys, { key, header: { kid, jwk } });
    expect(await isSignedIn(service, token)).toBe(false);
  }
});

/** Another process adds a key and `attempts` meet it: they have begun and wait before it is through. */
async function amidRotation<Outcome>(attempts: ReadonlyArray<() => Promise<Outcome>>): Promise<Outcome[]> {
  let meeting: Promise<Outcome[]> = Promise.resolve([]);
  await service.db.transaction(async (transaction) => {
    await rotateKeys({ ...otherProcess(service), repository: new SigningKeyRepository(transaction) });
    meeting = Promise.all(attempts.map((attempt) => attempt()));
    await vi.waitFor(async () => {
      const waiting = sql`
        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      expect(await service.db.execute(waiting)).toHaveLength(attempts.length);
    }, WAIT);
  });
  return meeting;
}

test('of several processes that rotate at the same moment one makes a key, and the next call waits for its turn', async () => {
  const attempt = () => rotateKeys(otherProcess(service));
  const outcomes = await amidRotation([attempt, attempt, attempt]);

  const [, added, ...more] = await storedKeys(service);
  expect([outcomes, more]).toEqual([outcomes.map(() => ({ kind: 'waiting', key: added })), []]);
  service.clock.advance(KEY_LEAD - 1);
  expect(await attempt()).toEqual({ kind: 'waiting', key: added });
  service.clock.advance(1);
  expect(await attempt()).toMatchObject({ kind: 'added', before: added });
});

test('a withdrawal that meets a rotation withdraws its key as well', async () => {
  const [replacement] = await amidRotation([() => withdraw(service)]);

  const { kid, number, withdrawn } = replacement ?? {};
  expect(withdrawn).toHaveLength(2);
  expect(await storedKeys(service)).toMatchObject([{ kid, number }]);
  await Promise.all([notice(service), notice(second)]);
  const { tokens } = await signIn(service, PHONE_NUMBER);
  expect(kidOf(tokens.accessToken)).toBe(kid);
  expect(await isSignedIn(second, tokens.accessToken)).toBe(true);
});

test('several withdrawals at the same moment leave one key, which signs', async () => {
  await rotate(service);

  const replacements = await inParallel(5, () => withdraw(service));
  await Promise.all([notice(service), notice(second)]);

  const [last, ...more] = await storedKeys(service);
  expect([last?.number, more]).toEqual([Math.max(...replacements.map(({ number }) => number)), []]);
  const { tokens } = await signIn(service, PHONE_NUMBER);
  expect(kidOf(tokens.accessToken)).toBe(last?.kid);
  expect(await isSignedIn(second, tokens.accessToken)).toBe(true);
});

test('processes that start together on an empty database make one key', async () => {
  await service.db.delete(signingKeyTable);

  const started = await inParallel(3, () => startService({ database: service.database, clock: service.clock }));

  // One that looked before any of the others had made it.
  expect(await addKeyWhenDue(otherProcess(service), null)).toBe(false);
  const stored = (await storedKeys(service)).map(({ kid }) => kid);
  expect(stored).toHaveLength(1);
  expect(await Promise.all(started.map(keySet))).toEqual(started.map(() => stored));
  await Promise.all(started.map((each) => each.close()));
});

test('after 90 days the running processes make the next key by themselves: one, and in time for it to be known', async () => {
  const [before] = await keySet(service);
  service.clock.advance(KEY_LIFE - 1);
  await Promise.all([notice(service), notice(second)]);
  expect(await keySet(service)).toEqual([before]);

  service.clock.advance(1);
  await Promise.all([notice(service), notice(second)]);
  await Promise.all([notice(service), notice(second)]);

  const [, added, ...more] = await keySet(service);
  expect([await keySet(second), more]).toEqual([[before, added], []]);
  const { tokens } = await signIn(service, PHONE_NUMBER);
  expect(kidOf(tokens.accessToken)).toBe(before);
  service.clock.advance(KEY_LEAD);
  expect(kidOf((await refresh(second, tokens.refreshToken)).tokens.accessToken)).toBe(added);
  expect(
    [service, second].flatMap(({ logs }) => logs).filter((line) => line.includes('signing key added')),
  ).toHaveLength(2);
});

test('while the database is away the keys that are known stay in use; the next look finds the new one', async () => {
  const { tokens } = await signIn(service, PHONE_NUMBER);
  const known = await keySet(second);
  const { kid: added } = await rotate(service);
  await proxy.become('refusing');
  // The connections that were cut end in the next turns of the event loop.
  for (let turn = 0; turn < 5; turn += 1) await setImmediate();

  await notice(second);

  expect(await keySet(second)).toEqual(known);
  expect(second.logs.join('')).toContain('signing keys could not be reloaded');
  await proxy.become('up');
  await notice(second);
  expect(await keySet(second)).toEqual([...known, added]);
  expect(await isSignedIn(second, tokens.accessToken)).toBe(true);
});

test('a running service notices a rotation within a minute, and looks no more once it is closed', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const third = await startService({ database: service.database, clock: service.clock });
    const { kid: added } = await rotate(service);
    vi.advanceTimersByTime(60_000);
    await vi.waitFor(async () => expect(await keySet(third)).toContain(added), WAIT);
    await third.close();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
