import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { me, signIn } from './support/operations.js';
import { CHANGE_PASSWORD } from './support/session-operations.js';
import { startService, type TestService } from './support/service.js';

/** S2: a thief whose session ends while the service is busy with what they asked for. */

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const NEW_PASSWORD = 'a thief may not choose this';

/** Resolves once a statement of the service waits for a lock. */
async function untilSomebodyWaits(): Promise<void> {
  for (;;) {
    const [row] = await service.db.execute<{ waiting: number }>(
      sql`SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (row && row.waiting > 0) return;
  }
}

test('a password that is being changed by a session which its owner ends meanwhile stays as it was', async () => {
  const thief = await signIn(service, '+255679190801');
  service.clock.advance(61);
  const owner = await signIn(service, '+255679190801');
  const input = { newPassword: NEW_PASSWORD, newPasswordConfirm: NEW_PASSWORD };

  // The account is held, as by any other change to it, until the owner has ended every other session.
  const changing = await service.db.transaction(async (transaction) => {
    await transaction.execute(sql`SELECT 1 FROM users WHERE id = ${thief.user.id}::uuid FOR UPDATE`);
    const answer = service.graphql(CHANGE_PASSWORD, { input }, { token: thief.tokens.accessToken });
    await untilSomebodyWaits();
    const keepOnlyMine = 'mutation { logoutEverywhere(keepCurrent: true) }';
    const ended = await service.graphql(keepOnlyMine, {}, { token: owner.tokens.accessToken });
    expect(ended.body.data).toEqual({ logoutEverywhere: 1 });
    return { answer };
  });
  const { body } = await changing.answer;

  expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  const mine = await me(service, owner.tokens.accessToken);
  expect(mine.body.data.me).toMatchObject({ id: owner.user.id, hasPassword: false });
});
