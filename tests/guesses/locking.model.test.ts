import { afterAll, beforeAll, expect, test } from 'vitest';
import { appSecret } from '../../src/platform/app-secret.js';
import { createLogger } from '../../src/platform/logger.js';
import { systemRandom } from '../../src/platform/random.js';
import { SigningKeyRepository } from '../../src/sessions/signing-key.repository.js';
import { SigningKeys } from '../../src/sessions/signing-keys.js';
import { GuessModel, type ModelAnswer, type ModelRules, type ModelToken } from '../support/guess-model.js';
import { ManualClock } from '../support/manual-clock.js';
import { wrongCode } from '../support/operations/operations.js';
import { openOtpServices, type OtpServices } from '../support/otp-services.js';
import { seededRandom } from '../support/seeded-random.js';
import { TEST_SECRET } from '../support/service.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

/** Random stories of requests, guesses and pauses, told to the service and to a model of the rules: they agree. */

const DEFAULTS: ModelRules = {
  timeToLive: 600,
  maxAttempts: 3,
  cooldown: 60,
  lockAfter: 6,
  lockDuration: 900,
  perDay: 20,
};
const STORIES: readonly [name: string, rules: ModelRules, seeds: readonly number[]][] = [
  ['the defaults', DEFAULTS, [1, 2, 3, 4, 1011, 1056]],
  ['locks that double up to a day', { ...DEFAULTS, perDay: 100 }, [11, 12, 13]],
  ['a day that ends before the lock', { ...DEFAULTS, perDay: 5 }, [21, 22, 23]],
  [
    'the strictest',
    { ...DEFAULTS, maxAttempts: 1, lockAfter: 2, perDay: 4, lockDuration: 1, cooldown: 2 },
    [31, 32, 33, 34],
  ],
  ['codes that live as long as the cooldown', { ...DEFAULTS, timeToLive: 60, cooldown: 60 }, [41, 42, 5016]],
];
const STEPS = 250;

let database: TestDatabase;
let keys: SigningKeys;
beforeAll(async () => {
  database = await openTestDatabase();
  const secrets = { current: appSecret(TEST_SECRET), previous: null };
  const repository = new SigningKeyRepository(database.db);
  const logger = createLogger('silent');
  const chance = { clock: new ManualClock(), random: systemRandom };
  keys = await SigningKeys.load({ repository, secrets, issuer: null, ...chance, logger, longestTokenTtl: 900 });
});
afterAll(() => database.close());

type Step =
  | { readonly kind: 'request' }
  /** With the request token of so many requests ago; null: with none. */
  | { readonly kind: 'guess'; readonly right: boolean; readonly tokenAgo: number | null };

/** Mostly guesses, since they are what counts; mostly short pauses, with leaps to just before and after every limit. */
class Story {
  readonly #random: () => number;
  readonly #rules: ModelRules;

  constructor(seed: number, rules: ModelRules) {
    this.#random = seededRandom(seed);
    this.#rules = rules;
  }

  next(): { step: Step; pauseMs: number } {
    const chance = this.#random();
    const step: Step =
      chance < 0.3
        ? { kind: 'request' }
        : { kind: 'guess', right: this.#random() < this.#rightShare(), tokenAgo: this.#tokenAgo() };
    return { step, pauseMs: this.#pause() };
  }

  /** In some stretches the owner is there, in others only somebody who guesses. */
  #rightShare(): number {
    return this.#random() < 0.5 ? 0.02 : 0.4;
  }

  /** Strangers have none; some keep an older one. */
  #tokenAgo(): number | null {
    return this.#random() < 0.7 ? null : Math.floor(this.#random() * 2.5);
  }

  /** At least a millisecond: in one millisecond there is no order of events to agree about. */
  #pause(): number {
    const { cooldown, timeToLive, lockDuration } = this.#rules;
    const chance = this.#random();
    if (chance < 0.7) return 1 + Math.floor(this.#random() * cooldown * 500);
    const limits = [cooldown, timeToLive, timeToLive - cooldown, lockDuration, 2 * lockDuration, 3600, 43_200, 86_400];
    const limit = (limits[Math.floor(this.#random() * (chance < 0.9 ? 6 : limits.length))] ?? 0) * 1000;
    return Math.max(1, limit + Math.floor(this.#random() * 3) - 1);
  }
}

/** What the service does, in the words of the model. */
async function perform(
  services: OtpServices,
  { phoneNumber, tokens }: { phoneNumber: string; tokens: string[] },
  step: Step & { token: string | null },
): Promise<ModelAnswer> {
  const before = services.phone.to(phoneNumber).length > 0 ? services.phone.code(phoneNumber) : null;
  if (step.kind === 'request') {
    const nothing = {
      ...{ locale: null, acceptLanguage: null, captchaToken: null, deviceToken: null, ipAddress: null },
      requestId: null,
    };
    const command = {
      phoneNumber,
      purpose: 'SIGN_IN',
      audience: null,
      session: null,
      channel: 'SMS',
      networks: ['127.0.0.0/24'] as const,
      ...nothing,
    } as const;
    const answer = await services.requestOtp.requestOtp(command);
    if (answer.kind === 'locked') return { kind: 'locked', lockedUntil: answer.lockedUntil.getTime() };
    if (answer.kind === 'too_many_requests') {
      const { kind, retryAfterSeconds, justSent } = answer;
      return { kind, retryAfterSeconds, justSent };
    }
    if (answer.kind !== 'sent') throw new Error(answer.kind);
    await services.drain();
    tokens.push(answer.requestToken);
    const sameCode = services.phone.code(phoneNumber) === before;
    return { kind: 'sent', expiresAt: answer.expiresAt.getTime(), sameCode };
  }
  const otp = step.right ? (before ?? '123456') : wrongCode(before ?? '123456');
  const client = { networks: ['127.0.0.0/24'] as const, ipAddress: null, userAgent: null, requestId: null };
  const answer = await services.verifyOtp.verifyOtp({
    phoneNumber,
    otp,
    captchaToken: null,
    requestToken: step.token,
    client,
    acceptLanguage: null,
    signedInAs: null,
  });
  if (answer.kind === 'locked') return { kind: 'locked', lockedUntil: answer.lockedUntil.getTime() };
  if (answer.kind === 'wrong') return answer;
  return { kind: 'signed_in' };
}

async function play(rules: ModelRules, seed: number): Promise<Record<string, number>> {
  const services = openOtpServices({ db: database.db, keys, rules });
  const [model, story] = [new GuessModel(rules), new Story(seed, rules)];
  const phoneNumber = `+97798001${String(seed).padStart(5, '0')}`;
  const seen: Record<string, number> = {};
  const [tokens, subjects]: [string[], (ModelToken | null)[]] = [[], []];
  for (let index = 0; index < STEPS; index += 1) {
    const { step, pauseMs } = story.next();
    services.clock.advance(pauseMs / 1000);
    const now = services.clock.now().getTime();
    const place = step.kind === 'guess' && step.tokenAgo !== null ? subjects.length - 1 - step.tokenAgo : -1;
    const of = subjects[place] ?? null;
    const expected = step.kind === 'request' ? model.request(now) : model.guess({ right: step.right, token: of }, now);
    if (step.kind === 'request' && expected.kind === 'sent') subjects.push(model.token);
    const actual = await perform(services, { phoneNumber, tokens }, { ...step, token: tokens[place] ?? null });
    expect({ seed, index, step, ...actual }).toEqual({ seed, index, step, ...expected });
    expect(model.wrongOfTheDay(now)).toBeLessThanOrEqual(rules.perDay);
    seen[actual.kind] = (seen[actual.kind] ?? 0) + 1;
  }
  await services.drain();
  return seen;
}

test.each(STORIES)('%s: service and model tell the same story', async (_name, rules, seeds) => {
  const stories = await Promise.all(seeds.map((seed) => play(rules, seed)));
  // A story in which nothing happens would agree with anything.
  for (const kind of ['sent', 'too_many_requests', 'locked', 'wrong', 'signed_in']) {
    expect(
      stories.reduce((sum, seen) => sum + (seen[kind] ?? 0), 0),
      kind,
    ).toBeGreaterThan(3);
  }
});
