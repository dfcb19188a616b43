import { eq, type SQL } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { auditEventTable } from '../../src/audit/audit-event.table.js';
import type { CountedFailures, FailureTrailRepository } from '../../src/audit/failures/failure-trail.repository.js';
import { FailureTrail } from '../../src/audit/failures/failure-trail.service.js';
import { createLogger } from '../../src/platform/logger.js';
import { deleteAccount } from '../support/operations/leaving-operations.js';
import { guessWrongly, inParallel, requestOtp, signIn } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { changePassword, login } from '../support/operations/session-operations.js';

/** Strangers guess, and the audit trail tells of it without growing with each guess. */

const QUARTER = 900;
const PASSWORD = 'correct horse battery';

let service: TestService;
/** Another process on the same database. */
let other: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { NOTICES: 'off' } });
  other = await startService({ database: service.database, clock: service.clock });
});
beforeEach(async () => {
  await quarterIsOver();
});
afterAll(async () => {
  await other.close();
  await service.close();
});

function nextNumber(): string {
  serial += 1;
  return `+97798000049${String(serial).padStart(2, '0')}`;
}

/** To the beginning of a quarter of an hour, a minute after the one before was written. */
async function quarterIsOver(): Promise<void> {
  for (const each of [service, other]) await each.background.failureTrail.poll();
  const seconds = service.clock.now().getTime() / 1000;
  service.clock.advance(QUARTER - (seconds % QUARTER) + QUARTER + 61);
  for (const each of [service, other]) await each.background.housekeeper.run();
}

function inOrder(which: SQL) {
  return service.db.select().from(auditEventTable).where(which).orderBy(auditEventTable.at, auditEventTable.id);
}

function failuresAt(phoneNumber: string) {
  return inOrder(eq(auditEventTable.phoneNumber, phoneNumber));
}

async function failuresOf(userId: string) {
  const events = await inOrder(eq(auditEventTable.userId, userId));
  return events.filter(({ kind }) => kind === 'sign_in_failed' || kind === 'locked');
}

describe('wrong proofs are one event when their quarter of an hour is over', () => {
  test('codes for a number, from every process, and the lock that they set', async () => {
    const phoneNumber = nextNumber();
    await requestOtp(service, { phoneNumber });
    await guessWrongly(service, phoneNumber, 4);
    await guessWrongly(other, phoneNumber, 2);
    for (const each of [service, other]) await each.background.failureTrail.poll();
    await service.background.housekeeper.run();
    expect((await failuresAt(phoneNumber)).filter(({ kind }) => kind === 'sign_in_failed')).toEqual([]);

    const at = service.clock.now();
    await quarterIsOver();

    const events = (await failuresAt(phoneNumber)).filter(({ actorKind }) => actorKind === 'ANONYMOUS');
    const [failed, locked] = ['sign_in_failed', 'locked'].map((kind) => events.filter((each) => each.kind === kind));
    const details = { proof: 'CODE', purpose: 'SIGN_IN' };
    expect(failed).toMatchObject([{ at, count: 6, ipAddress: '127.0.0.1', userId: null, details }]);
    expect(locked).toMatchObject([{ count: 1, details: { ...details, lockedUntil: expect.any(String) } }]);
    await quarterIsOver();
    expect(await failuresAt(phoneNumber)).toHaveLength(events.length);
  });

  test('they belong to the account that has verified the number', async () => {
    const phoneNumber = nextNumber();
    const { user } = await signIn(service, phoneNumber);
    service.clock.advance(60);
    await requestOtp(service, { phoneNumber });
    await guessWrongly(service, phoneNumber, 2);
    await quarterIsOver();
    expect(await failuresOf(user.id)).toMatchObject([{ kind: 'sign_in_failed', count: 2, phoneNumber }]);
  });

  test('passwords, those of an account and those of nobody, and current ones', async () => {
    const phoneNumber = nextNumber();
    const { user, tokens } = await signIn(service, phoneNumber);
    await changePassword(service, tokens.accessToken, { newPassword: PASSWORD });
    const nobody = nextNumber();
    for (const identifier of [phoneNumber, nobody, 'nobody@example.com'])
      await login(service, { identifier, password: 'wrong' });
    service.clock.advance(400);
    await changePassword(service, tokens.accessToken, { newPassword: 'another horse', currentPassword: 'wrong' });
    await quarterIsOver();
    const failed = { kind: 'sign_in_failed', count: 1, actorKind: 'ANONYMOUS' };
    const events = (await failuresOf(user.id)).sort((one, two) => one.at.getTime() - two.at.getTime());
    expect(events).toMatchObject([
      { ...failed, phoneNumber: null, details: { proof: 'PASSWORD' } },
      { ...failed, phoneNumber: null, details: { proof: 'CURRENT_PASSWORD' } },
    ]);
    expect(await failuresAt(nobody)).toMatchObject([{ ...failed, userId: null, details: { proof: 'PASSWORD' } }]);
  });

  test('two processes that write at the same moment write each once', async () => {
    const phoneNumber = nextNumber();
    await inParallel(20, (index) => guessWrongly(index % 2 ? service : other, phoneNumber));
    for (const each of [service, other]) await each.background.failureTrail.poll();
    service.clock.advance(2 * QUARTER);
    await Promise.all([service, other].map((each) => each.background.housekeeper.run()));
    const failed = (await failuresAt(phoneNumber)).filter(({ kind }) => kind === 'sign_in_failed');
    expect(failed).toHaveLength(1);
  });

  test('who leaves is forgotten there, too', async () => {
    const phoneNumber = nextNumber();
    const { tokens, deviceToken } = await signIn(service, phoneNumber);
    await login(service, { identifier: phoneNumber, password: 'wrong', deviceToken });
    await service.background.failureTrail.poll();
    expect(await deleteAccount(service, tokens.accessToken)).toMatchObject({ __typename: 'DeleteAccountSuccess' });
    await quarterIsOver();
    expect(await failuresAt(phoneNumber)).toEqual([]);
  });
});

describe('a flood of guesses', () => {
  class Kept implements Pick<FailureTrailRepository, 'add'> {
    readonly rows: CountedFailures[] = [];
    isAway = false;
    async add(failures: readonly CountedFailures[]): Promise<void> {
      if (this.isAway) throw new Error('away');
      this.rows.push(...failures);
    }
  }
  const at = new Date('2026-11-29T12:07:00Z');
  const guess = (subject: string) => ({ subject, proof: 'CODE:SIGN_IN', ipAddress: '192.0.2.1', at });
  const numberOf = (index: number) => `+97798${String(index).padStart(8, '0')}`;
  const total = (rows: readonly CountedFailures[]) => rows.reduce((sum, { count }) => sum + count, 0);

  test('at ten thousand numbers takes a bounded number of rows, and hides neither an account nor a lock', async () => {
    const failures = new Kept();
    const trail = new FailureTrail({ failures, logger: createLogger('silent') });
    for (let index = 0; index < 10_000; index += 1) {
      trail.failed(guess(numberOf(index)));
      if (index % 1_000 === 0) await trail.poll();
    }
    const account = '00000000-0000-4000-8000-000000000001';
    trail.failed({ ...guess(account), proof: 'PASSWORD' });
    trail.locked(guess('+9779812345678'), at);
    await trail.poll();
    expect(total(failures.rows)).toBe(10_002);
    expect(failures.rows.length).toBeLessThan(600);
    expect(failures.rows.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining([account, '+9779812345678', '']),
    );
  });

  test('is counted although the database is away for a while', async () => {
    const failures = new Kept();
    const trail = new FailureTrail({ failures, logger: createLogger('silent') });
    failures.isAway = true;
    for (const subject of ['+9779812345678', '+9779812345678', '+9779812345679']) {
      trail.failed(guess(subject));
      await trail.poll().catch(() => undefined);
    }
    failures.isAway = false;
    await trail.poll();
    await trail.poll();
    expect(failures.rows.map(({ subject, count }) => [subject, count])).toEqual([
      ['+9779812345678', 2],
      ['+9779812345679', 1],
    ]);
  });
});
