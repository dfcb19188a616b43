import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inParallel, signIn } from '../support/operations/operations.js';
import { seededRandom } from '../support/seeded-random.js';
import { startService, type TestService } from '../support/service.js';
import { isSignedIn, refresh, sessionRow } from '../support/operations/session-operations.js';

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

async function begin(where: TestService = service) {
  serial += 1;
  const { tokens } = await signIn(where, `+97798001${String(serial).padStart(5, '0')}`);
  const { accessToken, refreshToken } = tokens;
  return { refreshToken: refreshToken as string, sessionId: String(decodeJwt(accessToken)['sid']) };
}

/** The refresh token that the answer holds. The call must succeed. */
async function next(refreshToken: string, where: TestService = service): Promise<string> {
  const answer = await refresh(where, refreshToken);
  expect(answer).toMatchObject({ __typename: 'RefreshSessionSuccess' });
  return answer.tokens.refreshToken;
}

describe('an app refreshes by several calls at once, without a lock', () => {
  test('S1b: the second token is answered with itself and a new access token, so the first can come late', async () => {
    const { refreshToken: first, sessionId } = await begin();
    const second = await next(first);
    service.clock.advance(1);
    const answer = await refresh(service, second);
    expect(answer.tokens.refreshToken).toBe(second);
    expect(await isSignedIn(service, answer.tokens.accessToken)).toBe(true);
    expect(decodeJwt(answer.tokens.accessToken).iat).toBe(Math.floor(service.clock.now().getTime() / 1000));
    service.clock.advance(28);
    expect(await next(first)).toBe(second);
    expect(await sessionRow(service, sessionId)).toMatchObject({ generation: 2, endedAt: null });
  });

  test('the answer with the same token does not keep it young: after 30 seconds it is replaced', async () => {
    const second = await next((await begin()).refreshToken);
    for (const seconds of [10, 10, 9]) {
      service.clock.advance(seconds);
      expect(await next(second)).toBe(second);
    }
    service.clock.advance(1);
    expect(await next(second)).not.toBe(second);
  });

  test('the same token expires when it did before', async () => {
    const { tokens } = await refresh(service, (await begin()).refreshToken);
    service.clock.advance(20);
    const again = await refresh(service, tokens.refreshToken);
    expect(again.tokens.refreshTokenExpiresAt).toBe(tokens.refreshTokenExpiresAt);
  });

  test('the first token is replaced at once, however young', async () => {
    const { refreshToken } = await begin();
    expect(await next(refreshToken)).not.toBe(refreshToken);
  });

  test('after the grace a replay of the token before last ends the session, however young the current one is', async () => {
    const { refreshToken: first, sessionId } = await begin();
    const second = await next(first);
    service.clock.advance(30);
    const third = await next(second);
    expect(await refresh(service, first)).toMatchObject({ __typename: 'InvalidTokenError' });
    expect(await refresh(service, third)).toMatchObject({ __typename: 'InvalidTokenError' });
    expect(await sessionRow(service, sessionId)).toMatchObject({ endedAt: service.clock.now() });
  });

  test('with REFRESH_GRACE=0 each call replaces the token', async () => {
    const strict = await startService({ env: { REFRESH_GRACE: '0' } });
    const second = await next((await begin(strict)).refreshToken, strict);
    expect(await next(second, strict)).not.toBe(second);
    await strict.close();
  });
});

const BRIEF = `mutation ($refreshToken: String!) {
  refreshSession(refreshToken: $refreshToken) { ... on RefreshSessionSuccess { tokens { refreshToken } } }
}`;
const SESSIONS = 50;
const TABS = 2;
const CALLS = 10;

test(`S1b: ${CALLS} parallel calls in each of ${TABS} tabs: none of ${SESSIONS} sessions is lost`, async () => {
  const stores = await inParallel(SESSIONS, async (index) => {
    const { refreshToken } = await begin();
    // Half of them have the first token, half of them a later one.
    return { refreshToken: index % 2 === 0 ? refreshToken : await next(refreshToken), lost: 0 };
  });
  service.clock.advance(900);
  await Promise.all(stores.map((store, index) => refreshInDisorder(store, seededRandom(index))));
  expect(stores.filter(({ lost }) => lost > 0)).toHaveLength(0);
});

/**
 * Two tabs share one store. Each call reads the token there, sends it, and writes down what it gets. Answers and requests
 * are late at random, so a call can send a token that others have replaced, and write an older token over a newer one.
 */
async function refreshInDisorder(store: { refreshToken: string; lost: number }, random: () => number): Promise<void> {
  const steps = Array.from({ length: TABS * CALLS }, () => lateCall(store));
  const running = new Set(steps);
  while (running.size > 0) {
    const call = [...running][Math.floor(random() * running.size)];
    if (call && (await call.next()).done) running.delete(call);
  }
}

async function* lateCall(store: { refreshToken: string; lost: number }): AsyncGenerator<void> {
  const { refreshToken } = store;
  yield;
  const { body } = await service.graphql(BRIEF, { refreshToken });
  const { tokens } = body.data.refreshSession;
  yield;
  if (tokens) store.refreshToken = tokens.refreshToken;
  else store.lost += 1;
}
