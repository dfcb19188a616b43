import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { AccessTokens } from '../../src/sessions/access-token.js';
import type { SigningKeys } from '../../src/sessions/signing-keys.js';
import { ClaimsTemplate } from '../../src/sessions/token-claims.js';
import { systemRandom } from '../../src/platform/random.js';
import type { User } from '../../src/users/user.js';
import { ManualClock } from '../support/manual-clock.js';

const subject = {
  user: { id: systemRandom.uuid(), role: 'USER', phoneVerifiedAt: null } as User,
  sessionId: systemRandom.uuid(),
  authenticatedAt: new Date(),
  authenticationMethods: ['otp'],
};

/** How many of these tokens are still known after all of them were checked once, in bytes of their text. */
async function bytesHeld(count: number, claims: object): Promise<number> {
  const reading = ClaimsTemplate.read(JSON.stringify(claims));
  if (reading.kind !== 'template') throw new Error(reading.problems.join());
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let checked = 0;
  const find = async () => {
    checked += 1;
    return publicKey;
  };
  const keys = { current: { kid: 'k', privateKey }, known: () => publicKey, find } as unknown as SigningKeys;
  const settings = {
    issuer: 'http://localhost:4000',
    audience: ['api'] as const,
    timeToLive: 900,
    extraClaims: reading.template,
  };
  const parts = { keys, settings, clock: new ManualClock(), random: systemRandom };
  // As in another process: the one that issues tokens knows them.
  const issuer = new AccessTokens(parts);
  const tokens = new AccessTokens(parts);
  const issued = Array.from({ length: count }, () => issuer.issue(subject));
  for (const { token } of issued) await tokens.verify(token);
  expect(checked).toBe(count);
  let bytes = 0;
  // The latest first: looking for one that is held pushes out none.
  for (const { token } of issued.toReversed()) {
    await tokens.verify(token);
    if (checked > count) break;
    bytes += token.length;
  }
  return bytes;
}

test('a token is not checked where it was issued, and refused once its key is withdrawn', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let published = true;
  const find = () => Promise.reject(new Error('The token is checked.'));
  const keys = { current: { kid: 'k', privateKey }, known: () => (published ? publicKey : null), find };
  const tokens = new AccessTokens({
    keys: keys as unknown as SigningKeys,
    settings: { issuer: 'http://localhost:4000', audience: ['api'], timeToLive: 900, extraClaims: null },
    clock: new ManualClock(),
    random: systemRandom,
  });
  const { token } = tokens.issue(subject);
  expect(await tokens.verify(token)).toMatchObject({ userId: subject.user.id, sessionId: subject.sessionId });
  published = false;
  expect(await tokens.verify(token)).toBeNull();
});

test('the tokens of hundreds of users are checked once', async () => {
  expect(await bytesHeld(500, {})).toBeGreaterThan(500 * 500);
});

test('large claims of the operator make the memory for tokens no larger', async () => {
  const bytes = await bytesHeld(4_000, { note: 'x'.repeat(2_000) });
  expect(bytes).toBeGreaterThan(5_000_000);
  expect(bytes).toBeLessThan(10 * 1024 * 1024);
});
