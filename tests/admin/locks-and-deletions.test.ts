import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { userTable } from '../../src/users/user.table.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { DAY, showCode, userRow } from '../support/sleepers.js';
import { act, somebody } from '../support/operations/staff-acts.js';

/** An account whose owner asked for its deletion, and which is locked until after that was due. */

const REASON = 'sells stolen phones';

let service: TestService;
beforeAll(async () => {
  service = await startService({ env: { ...MANY_TEXTS, NOTICES: 'text' } });
});
beforeEach(() => service.clock.advance(60));
afterAll(() => service.close());

describe('a lock', () => {
  test.each(['lifted', 'over'])('that is %s leaves the owner seven days to cancel a deletion', async (how) => {
    const [support, user] = [await somebody(service, 'SUPPORT'), await somebody(service)];
    const dueAt = (seconds: number) => new Date(service.clock.now().getTime() + seconds * 1000);
    // What the owner asked for before. It becomes due during the lock.
    await service.db
      .update(userTable)
      .set({ deletionDueAt: dueAt(60) })
      .where(eq(userTable.id, user.id));
    const until = how === 'over' ? dueAt(120) : null;
    await act(service, support.accessToken, { act: 'lockUser', input: { id: user.id, reason: REASON, until } });
    service.clock.advance(120);
    const end = service.clock.now();
    if (how === 'lifted') await act(service, support.accessToken, { act: 'unlockUser', input: user.id });
    await service.background.housekeeper.run();
    expect((await userRow(service, user.id))?.deletionDueAt).toEqual(new Date(end.getTime() + 7 * DAY * 1000));
    service.clock.advance(7 * DAY - 1);
    await service.background.housekeeper.run();
    expect(await showCode(service, user.phoneNumber)).toMatchObject({ user: { id: user.id } });
    expect((await userRow(service, user.id))?.deletionDueAt).toBeNull();
  });

  test('brings no deletion about, and puts off none that comes later', async () => {
    const [support, user] = [await somebody(service, 'SUPPORT'), await somebody(service)];
    const locking = { act: 'lockUser', input: { id: user.id, reason: REASON } } as const;
    const unlocking = { act: 'unlockUser', input: user.id } as const;
    for (const each of [locking, unlocking]) await act(service, support.accessToken, each);
    expect((await userRow(service, user.id))?.deletionDueAt).toBeNull();
    const deletionDueAt = new Date(service.clock.now().getTime() + 8 * DAY * 1000);
    await service.db.update(userTable).set({ deletionDueAt }).where(eq(userTable.id, user.id));
    for (const each of [locking, unlocking]) await act(service, support.accessToken, each);
    expect((await userRow(service, user.id))?.deletionDueAt).toEqual(deletionDueAt);
    const soon = service.clock.now();
    await service.db.update(userTable).set({ deletionDueAt: soon }).where(eq(userTable.id, user.id));
    // There is no lock to lift.
    await act(service, support.accessToken, unlocking);
    expect((await userRow(service, user.id))?.deletionDueAt).toEqual(soon);
  });
});
