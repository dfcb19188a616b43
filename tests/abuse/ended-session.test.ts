import argon2 from 'argon2';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { me, signIn } from '../support/operations/operations.js';
import { CHANGE_PASSWORD } from '../support/operations/session-operations.js';
import { type GraphqlAnswer, startService, type TestService } from '../support/service.js';

/** S2: a thief whose session ends while the service is busy with what they asked for. */

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => service.close());

const NEW_PASSWORD = 'a thief may not choose this';

test('a password that is being changed by a session which its owner ends meanwhile stays as it was', async () => {
  const thief = await signIn(service, '+255679190801');
  service.clock.advance(61);
  const owner = await signIn(service, '+255679190801');
  const input = { newPassword: NEW_PASSWORD, newPasswordConfirm: NEW_PASSWORD };

  // Hashing takes its time: meanwhile the owner ends every other session.
  const { hash } = argon2;
  let ended: GraphqlAnswer | undefined;
  vi.spyOn(argon2, 'hash').mockImplementationOnce(async (...args) => {
    const keepOnlyMine =
      'mutation { logoutEverywhere(keepCurrent: true) { ... on LogoutEverywhereSuccess { endedSessions } } }';
    ended = await service.graphql(keepOnlyMine, {}, { token: owner.tokens.accessToken });
    return hash(...args);
  });
  const { body } = await service.graphql(CHANGE_PASSWORD, { input }, { token: thief.tokens.accessToken });

  expect(ended?.body.data).toEqual({ logoutEverywhere: { endedSessions: 1 } });
  expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  const mine = await me(service, owner.tokens.accessToken);
  expect(mine.body.data.me).toMatchObject({ id: owner.user.id, hasPassword: false });
});
