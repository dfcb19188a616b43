import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { me, requestOtp, verifyOtp } from '../support/operations/operations.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { Balancer } from '../support/process/balancer.js';
import { makeNextBuild } from '../support/process/next-build.js';
import { ProcessPlace } from '../support/process/process-place.js';
import { TEST_SECRET } from '../support/service.js';
import { WITHOUT_CROWDS } from '../support/without-crowds.js';
import { refresh } from '../support/operations/session-operations.js';

/** Two processes are replaced one after the other by those of the next build, and back, while people sign in. */

/** It changes the tables that every sign-in uses. */
const EXPANDING = `
  ALTER TABLE users ADD COLUMN nickname text;--> statement-breakpoint
  ALTER TABLE sessions ADD COLUMN label text DEFAULT 'none' NOT NULL;--> statement-breakpoint
  ALTER TABLE otp_challenges ADD COLUMN reason text;--> statement-breakpoint
  ALTER TABLE messages ADD COLUMN reason text;--> statement-breakpoint
  CREATE TABLE badges (user_id uuid NOT NULL REFERENCES "public"."users"("id"), name text NOT NULL);--> statement-breakpoint
  CREATE INDEX users_nickname ON users (nickname);`;

const WORKERS = 3;
const PAUSE_MS = 30;
const numbers = Array.from({ length: 600 }, (_, index) => `+15005550${String(index).padStart(3, '0')}`);

let place: ProcessPlace;
let database: TestDatabase;

beforeEach(async () => {
  [database, place] = await Promise.all([openTestDatabase(), ProcessPlace.make()]);
});

afterEach(async () => {
  await place.end();
  await database.close();
});

/** Signs people in until it is told to stop, and notes every answer that is not the right one. */
class SteadyLoad {
  signedIn: { userId: string; refreshToken: string }[] = [];
  readonly failures: string[] = [];
  readonly #client: Balancer;
  #stopped = false;
  #working: Promise<unknown> = Promise.resolve();

  constructor(client: Balancer) {
    this.#client = client;
  }

  begin(): void {
    this.#working = Promise.all(Array.from({ length: WORKERS }, () => this.#work()));
  }

  async end(): Promise<void> {
    this.#stopped = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      const phoneNumber = numbers.shift();
      if (phoneNumber === undefined) throw new Error('More numbers are needed.');
      await this.#signIn(phoneNumber).catch((error: unknown) => this.failures.push(String(error)));
      await pause(PAUSE_MS);
    }
  }

  async #signIn(phoneNumber: string): Promise<void> {
    const asked = await requestOtp(this.#client, { phoneNumber });
    const verified = await verifyOtp(this.#client, { phoneNumber, otp: '123456' });
    if (verified.__typename !== 'VerifyOtpSuccess') throw new Error(JSON.stringify({ asked, verified }));
    const userId: string = verified.user.id;
    const refreshed = await refresh(this.#client, verified.tokens.refreshToken);
    const { accessToken, refreshToken } = refreshed.tokens;
    const { body } = await me(this.#client, accessToken);
    if (body.data?.me?.id !== userId) throw new Error(JSON.stringify(body));
    this.signedIn.push({ userId, refreshToken });
  }
}

test('the next build replaces this one under load and is taken back, and no request fails', async () => {
  const next = await makeNextBuild(join(place.folder, 'next'), EXPANDING);
  const env = {
    DATABASE_URL: database.url,
    APP_SECRET: TEST_SECRET,
    PUBLIC_URL: 'https://accounts.test',
    TEST_PHONES: numbers.map((phoneNumber) => `${phoneNumber}=123456`).join(','),
    ...WITHOUT_CROWDS,
    LOG_LEVEL: 'warn',
  };
  const startNext = () => place.startReady({ env, command: next });
  const startThis = () => place.startReady({ env });
  const balancer = new Balancer([await startThis(), await startThis()]);
  const load = new SteadyLoad(balancer);

  load.begin();
  for (const start of [startNext, startNext, startThis, startThis]) {
    const before = load.signedIn.length;
    await balancer.replaceOldest(start);
    // Both kinds of builds have served by then.
    while (load.signedIn.length < before + 10 && load.failures.length === 0) await pause(PAUSE_MS);
  }
  await load.end();

  expect(load.failures, place.output).toEqual([]);
  expect(load.signedIn.length).toBeGreaterThan(40);
  process.stdout.write(`${load.signedIn.length} sign-ins during four replacements, 0 failed\n`);
  for (const { refreshToken } of load.signedIn.slice(0, 10)) {
    expect(await refresh(balancer, refreshToken)).toMatchObject({ __typename: 'RefreshSessionSuccess' });
  }
});
