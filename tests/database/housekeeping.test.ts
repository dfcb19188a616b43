import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { addSeconds } from '../../src/platform/clock.js';
import { Housekeeper } from '../../src/housekeeping/housekeeper.js';
import { createLogger } from '../../src/platform/logger.js';
import { guessWrongly, obtainCode, register, requestOtp, signIn, verifyOtp } from '../support/operations/operations.js';
import { ManualClock } from '../support/manual-clock.js';
import { startService, type TestService } from '../support/service.js';
import { isSignedIn, login, logout, refresh } from '../support/operations/session-operations.js';

const DAY = 86_400;
const PASSWORD = 'a long passphrase of ours';
const PERSON = {
  email: 'asha@example.com',
  password: PASSWORD,
  passwordConfirm: PASSWORD,
  firstName: 'Asha',
  lastName: 'Rai',
};

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { REFRESH_TOKEN_TTL: String(10 * DAY), AUDIT_RETENTION: '400' } });
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
  test('is emptied in one round, a batch at a time, and nothing that lives goes with it', async () => {
    const { user, tokens } = await signIn(service, nextNumber());
    await service.db.execute(sql`
      INSERT INTO sessions (id, user_id, rotated_at, authenticated_at, authentication_methods, created_at, last_used_at,
        expires_at)
      SELECT gen_random_uuid(), ${user.id}::uuid, t, t, ARRAY['pwd'], t, t, t
      FROM generate_series(1, 12000), (SELECT now() - interval '1 year' AS t) long_ago`);
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

describe('the audit trail', () => {
  const audited = (secondsAgo: number) =>
    service.db.execute(sql`
    INSERT INTO audit_events (at, kind)
    SELECT ${addSeconds(service.clock.now(), -secondsAgo).toISOString()}, 'sessions_ended' FROM generate_series(1, 3)`);

  test('keeps an event for AUDIT_RETENTION days', async () => {
    await clean();
    const before = await count('audit_events');
    await audited(400 * DAY);
    await clean();
    expect(await count('audit_events')).toBe(before + 3);
    await audited(400 * DAY + 1);
    await clean();
    expect(await count('audit_events')).toBe(before + 3);
  });
});

describe('an account that has verified nothing', () => {
  beforeEach(() => service.db.execute(sql`TRUNCATE users CASCADE`));

  const registerSomebody = () => register(service, { ...PERSON, phoneNumber: nextNumber() });
  const comesBack = () => login(service, { identifier: PERSON.email, password: PASSWORD });

  test('ends after seven days, with its session and its device', async () => {
    const { tokens } = await registerSomebody();
    service.clock.advance(7 * DAY);
    await clean();
    expect(await comesBack()).toMatchObject({ __typename: 'LoginSuccess' });
    service.clock.advance(1);
    await clean();
    expect([await count('users'), await count('sessions'), await count('devices')]).toEqual([0, 0, 0]);
    expect(await refresh(service, tokens.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
    expect(await comesBack()).toMatchObject({ __typename: 'InvalidCredentialsError' });
  });

  test('ends as well where somebody else verified its number; the other account stays', async () => {
    const { user } = await registerSomebody();
    service.clock.advance(2 * 3600);
    const owner = await signIn(service, user.phoneNumber);
    expect(owner.newMember).toBe(true);
    service.clock.advance(7 * DAY);
    await clean();
    expect(await service.db.execute(sql`SELECT id FROM users`)).toEqual([{ id: owner.user.id }]);
  });

  test('stays when its number was verified on the last day', async () => {
    const { user, deviceToken } = await registerSomebody();
    service.clock.advance(7 * DAY);
    const verified = await verifyOtp(service, {
      phoneNumber: user.phoneNumber,
      otp: await obtainCode(service, user.phoneNumber),
      deviceToken,
    });
    expect(verified.user).toMatchObject({ id: user.id, email: PERSON.email });
    service.clock.advance(30 * DAY);
    await clean();
    expect(await count('users')).toBe(1);
  });

  test('stays where it has a role', async () => {
    await registerSomebody();
    await service.db.execute(sql`UPDATE users SET role = 'ADMIN'`);
    service.clock.advance(271 * DAY);
    await clean();
    expect(await count('users')).toBe(1);
  });

  test('stays where its email address is verified', async () => {
    await registerSomebody();
    await service.db.execute(sql`UPDATE users SET email_verified_at = now()`);
    service.clock.advance(271 * DAY);
    await clean();
    expect(await count('users')).toBe(1);
  });
});

describe('the housekeeper', () => {
  test('stops after the batch under way, however much there is left', async () => {
    let batches = 0;
    const endless = async (_now: Date, most: number) => {
      batches += 1;
      if (batches === 3) void housekeeper.stop();
      return most;
    };
    const logger = createLogger('silent', { write: () => undefined });
    const housekeeper = new Housekeeper({
      chores: [{ name: 'endless', remove: endless }],
      clock: service.clock,
      logger,
    });
    await housekeeper.run();
    expect(batches).toBe(3);
  });

  test('lets every chore take its turn, so that none waits for a large one', async () => {
    const turns: string[] = [];
    const full = (name: string, batches: number) => ({
      name,
      remove: async (_now: Date, most: number) => {
        turns.push(name);
        return turns.filter((turn) => turn === name).length < batches ? most : 0;
      },
    });
    const logger = createLogger('silent', { write: () => undefined });
    await new Housekeeper({ chores: [full('a', 3), full('b', 2)], clock: service.clock, logger }).run();
    expect(turns).toEqual(['a', 'b', 'a', 'b', 'a']);
  });

  test('comes every minute by itself, and is gone when the service has stopped', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const other = await startService();
    const run = vi.spyOn(other.background.housekeeper, 'run');
    vi.advanceTimersByTime(59_000);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(61_000);
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2), { timeout: 10_000 });
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
