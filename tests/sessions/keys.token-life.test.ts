import { afterEach, expect, test } from 'vitest';
import { KEY_LEAD, PROOF_TTL } from '../../src/sessions/signing-key-schedule.js';
import { keySet, kidOf, notice, rotate, storedKeys } from '../support/keys.js';
import { signIn } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { isSignedIn, refresh } from '../support/operations/session-operations.js';

/** S6, where ACCESS_TOKEN_TTL changes or differs: a key is published for as long as any of its tokens lives. */

const PHONE_NUMBER = '+9779800000000';
const [LONG, SHORT, MARGIN] = [7200, 60, 300];

const running: TestService[] = [];
let first: TestService;

afterEach(async () => {
  for (const service of running.splice(0).reverse()) await service.close();
});

async function deploy(accessTokenTtl: number): Promise<TestService> {
  const shared = first && running.length > 0 ? { database: first.database, clock: first.clock } : {};
  const service = await startService({ ...shared, env: { ACCESS_TOKEN_TTL: String(accessTokenTtl) } });
  if (running.length === 0) first = service;
  running.push(service);
  return service;
}

test('the setting is lowered after a rotation: tokens with the longer life stay good to their end, at every process', async () => {
  const before = await deploy(LONG);
  const { tokens } = await signIn(before, PHONE_NUMBER);
  await rotate(before);
  await notice(before);
  before.clock.advance(KEY_LEAD - 1);
  const { tokens: last } = await refresh(before, tokens.refreshToken);
  const after = await deploy(SHORT);
  expect(kidOf(last.accessToken)).toBe(kidOf(tokens.accessToken));

  after.clock.advance(LONG - 1);
  await Promise.all([notice(after), notice(before)]);
  expect(await Promise.all([after, before].map((each) => isSignedIn(each, last.accessToken)))).toEqual([true, true]);
  expect(await keySet(after)).toContain(kidOf(last.accessToken));

  after.clock.advance(MARGIN + 2);
  expect(await Promise.all([after, before].map(keySet))).toEqual(Array(2).fill([expect.any(String)]));
});

test('processes with different settings: the one with short tokens publishes the key as long as the other needs it', async () => {
  const short = await deploy(SHORT);
  const long = await deploy(LONG);
  await rotate(short);
  await Promise.all([notice(short), notice(long)]);
  short.clock.advance(KEY_LEAD - 1);
  const { tokens } = await signIn(long, PHONE_NUMBER);

  short.clock.advance(LONG - 1);
  await notice(short);

  expect(await storedKeys(short)).toHaveLength(2);
  expect(await isSignedIn(short, tokens.accessToken)).toBe(true);
  expect(await keySet(short)).toContain(kidOf(tokens.accessToken));
});

test('tokens that live shorter than a proof of a number: the key stays published as long as the proof needs it', async () => {
  const service = await deploy(SHORT);
  await rotate(service);
  await notice(service);
  service.clock.advance(KEY_LEAD - 1);
  const [{ kid } = { kid: '' }] = await storedKeys(service);

  service.clock.advance(PROOF_TTL + MARGIN);
  expect(await keySet(service)).toContain(kid);
  service.clock.advance(2);
  expect(await keySet(service)).not.toContain(kid);
});

test('the next key owes nothing to tokens that it never signed', async () => {
  await deploy(LONG);
  await rotate(first);
  await first.close();
  running.pop();
  const [, next] = await storedKeysAfter(() => deploy(SHORT));
  expect(next?.tokenTtl).toBe(PROOF_TTL);

  async function storedKeysAfter(start: () => Promise<TestService>) {
    const service = await start();
    const { kid } = await rotate(service);
    await notice(service);
    return [null, (await storedKeys(service)).find((key) => key.kid === kid)];
  }
});
