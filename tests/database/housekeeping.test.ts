import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Housekeeper } from '../../src/housekeeping/housekeeper.js';
import { createLogger } from '../../src/platform/logger.js';
import { guessWrongly, obtainCode, requestOtp, signIn, verifyOtp } from '../support/operations.js';
import { ManualClock } from '../support/manual-clock.js';
import { startService, type TestService } from '../support/service.js';
import { isSignedIn, logout, refresh } from '../support/session-operations.js';

const DAY = 86_400;

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { REFRESH_TOKEN_TTL: String(10 * DAY) } });
});
beforeEach(() => service.db.execute(sql`TRUNCATE sessions, otp_challenges, guess_budgets, messages`));
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000049${String(serial).padStart(2, '0')}`;
}

async function clean(): Promise<void> {
  await service.background.housekeeper.run();
}

async function count(table: string): Promise<number> {
  const [row] = await service.db.execute<{ count: number }>(
    sql`SELECT count(*)::int AS count FROM ${sql.identifier(table)}`,
  );
  return row?.count ?? Number.NaN;
}

describe('what is over goes, a day later', () => {
  test('a session that was logged out; the living one beside it stays', async () => {
    const [ended, living] = [await signIn(service, nextNumber()), await signIn(service, nextNumber())];
    await logout(service, ended.tokens);
    service.clock.advance(DAY);
    await clean();
    expect(await count('sessions')).toBe(2);
    service.clock.advance(1);
    await clean();
    expect(await count('sessions')).toBe(1);
    expect(await refresh(service, living.tokens.refreshToken)).toMatchObject({ __typename: 'RefreshSessionSuccess' });
  });

  test('a session that expired; one that was refreshed in time stays', async () => {
    await signIn(service, nextNumber());
    const { tokens } = await signIn(service, nextNumber());
    service.clock.advance(2 * DAY);
    const refreshed = await refresh(service, tokens.refreshToken);
    service.clock.advance(9 * DAY);
    await clean();
    expect(await count('sessions')).toBe(2);
    service.clock.advance(1);
    await clean();
    expect(await count('sessions')).toBe(1);
    expect(await refresh(service, refreshed.tokens.refreshToken)).toMatchObject({
      __typename: 'RefreshSessionSuccess',
    });
  });

  test('a code that expired; a code that is good stays good', async () => {
    await requestOtp(service, { phoneNumber: nextNumber() });
    service.clock.advance(600 + DAY - 60);
    const phoneNumber = nextNumber();
    const otp = await obtainCode(service, phoneNumber);
    await clean();
    expect(await count('otp_challenges')).toBe(2);
    service.clock.advance(61);
    await clean();
    expect(await count('otp_challenges')).toBe(1);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('what became of a message, after thirty days', async () => {
    await obtainCode(service, nextNumber());
    service.clock.advance(30 * DAY);
    await obtainCode(service, nextNumber());
    await clean();
    expect(await count('messages')).toBe(2);
    service.clock.advance(1);
    await clean();
    expect(await count('messages')).toBe(1);
  });
});

describe('wrong guesses', () => {
  test('are remembered as long as they count, and not a second longer than needed', async () => {
    const phoneNumber = nextNumber();
    await guessWrongly(service, phoneNumber, 5);
    service.clock.advance(DAY);
    await clean();
    expect(await count('guess_budgets')).toBe(1);
    service.clock.advance(1);
    await clean();
    expect(await count('guess_budgets')).toBe(0);
    expect(await guessWrongly(service, phoneNumber)).toMatchObject({ attemptsRemaining: 2 });
  });

  test('cleaning up hands nobody new guesses: a day’s lock outlasts it', async () => {
    const phoneNumber = nextNumber();
    for (const hour of [0, 1, 2, 3]) {
      await guessWrongly(service, phoneNumber, hour === 3 ? 2 : 6);
      service.clock.advance(3600);
    }
    const locked = { __typename: 'AccountLockedError' };
    service.clock.advance(DAY - 4 * 3600 - 1);
    await clean();
    expect(await guessWrongly(service, phoneNumber)).toMatchObject({ ...locked, retryAfterSeconds: 1 });
    service.clock.advance(1);
    await clean();
    expect(await count('guess_budgets')).toBe(1);
    expect(await guessWrongly(service, phoneNumber)).toMatchObject({ __typename: 'InvalidOtpError' });
  });

  test('a right guess leaves nothing to keep', async () => {
    await signIn(service, nextNumber());
    await clean();
    expect(await count('guess_budgets')).toBe(0);
  });
});

describe('a table full of what is over', () => {
  test('is emptied over several rounds, so that nobody waits for it', async () => {
    const { user, tokens } = await signIn(service, nextNumber());
    await service.db.execute(sql`
      INSERT INTO sessions (id, user_id, rotated_at, authenticated_at, authentication_methods, created_at, last_used_at,
        expires_at)
      SELECT gen_random_uuid(), ${user.id}::uuid, t, t, ARRAY['pwd'], t, t, t
      FROM generate_series(1, 12000), (SELECT now() - interval '1 year' AS t) long_ago`);
    await clean();
    expect(await count('sessions')).toBe(2001);
    await clean();
    expect(await count('sessions')).toBe(1);
    expect(await isSignedIn(service, tokens.accessToken)).toBe(true);
  });

  test('two processes clean it side by side without waiting for each other', async () => {
    const { user } = await signIn(service, nextNumber());
    await service.db.execute(sql`UPDATE sessions SET ended_at = now() - interval '1 year'`);
    await service.db.transaction(async (other) => {
      await other.execute(sql`SELECT 1 FROM sessions WHERE user_id = ${user.id} FOR UPDATE`);
      await clean();
      expect(await count('sessions')).toBe(1);
    });
    await clean();
    expect(await count('sessions')).toBe(0);
  });
});

describe('the housekeeper', () => {
  test('comes every minute by itself, and is gone when the service has stopped', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const other = await startService();
    const run = vi.spyOn(other.background.housekeeper, 'run');
    vi.advanceTimersByTime(59_000);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(61_000);
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2));
    await other.close();
    vi.advanceTimersByTime(120_000);
    expect(run).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });

  test('survives a database that is away: notes it, does its other chores, and comes back', async () => {
    const lines: string[] = [];
    const logger = createLogger('info', { write: (line) => lines.push(line) });
    let away = true;
    const fails = async () => {
      if (away) throw Object.assign(new Error('write CONNECTION_CLOSED'), { code: 'CONNECTION_CLOSED' });
      return 3;
    };
    const second = vi.fn(async () => 0);
    const chores = [
      { name: 'first', remove: fails },
      { name: 'second', remove: second },
    ];
    const housekeeper = new Housekeeper({ chores, clock: new ManualClock(), logger });
    await housekeeper.run();
    expect(second).toHaveBeenCalledTimes(1);
    away = false;
    await housekeeper.run();
    const notes = lines.map((line) => JSON.parse(line)).map(({ level, chore, removed }) => ({ level, chore, removed }));
    expect(notes).toEqual([
      { level: 40, chore: 'first', removed: undefined },
      { level: 30, chore: 'first', removed: 3 },
    ]);
  });
});
