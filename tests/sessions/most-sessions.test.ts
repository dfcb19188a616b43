import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sessionTable } from '../../src/sessions/session.table.js';
import { signInOn } from '../support/devices.js';
import { form, inParallel, signIn } from '../support/operations/operations.js';
import { addPasskey, newAuthenticator, signInByPasskey } from '../support/passkeys/operations.js';
import { isSignedIn, login, refresh, registered } from '../support/operations/session-operations.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';

/** One person, or somebody with a stolen password, signs in again and again. SESSIONS_PER_USER sessions live, no more. */

const PASSWORD = 'SecurePassword123!';
const MOST = 3;

let processes: TwoProcesses;
let serial = 0;
beforeAll(async () => {
  processes = await startTwoProcesses({ env: { SESSIONS_PER_USER: String(MOST) } });
});
afterAll(() => processes.close());

interface Account {
  readonly username: string;
  readonly phoneNumber: string;
  readonly id: string;
  readonly tokens: { readonly accessToken: string; readonly refreshToken: string };
}

async function account(): Promise<Account> {
  serial += 1;
  const [username, phoneNumber] = [`often${serial}`, `+97798000090${String(serial).padStart(2, '0')}`];
  const { user, tokens } = await registered(
    processes.first,
    form({ username, phoneNumber, email: `${username}@example.com` }),
  );
  return { username, phoneNumber, id: user.id, tokens };
}

async function signInAgain({ username }: Account, at = processes.first) {
  at.clock.advance(1);
  const answer = await login(at, { identifier: username, password: PASSWORD });
  return answer.tokens as { accessToken: string; refreshToken: string };
}

function living(tokens: readonly { accessToken: string }[]): Promise<boolean[]> {
  return Promise.all(tokens.map(({ accessToken }) => isSignedIn(processes.first, accessToken)));
}

test('one sign-in beyond the limit ends the session that was not used for longest, and no other', async () => {
  const often = await account();
  const tokens = [often.tokens];
  for (let time = 0; time < MOST; time += 1) tokens.push(await signInAgain(often));
  expect(await living(tokens)).toEqual([false, true, true, true]);
});

test('a sign-in by passkey on a device that the account knows is one of them, too', async () => {
  const { tokens, deviceToken } = await signIn(processes.first, '+9779800009100');
  const authenticator = newAuthenticator();
  await addPasskey(processes.first, tokens.accessToken, { authenticator });
  const all = [tokens];
  for (let time = 0; time < MOST; time += 1) {
    processes.first.clock.advance(1);
    all.push((await signInByPasskey(processes.first, authenticator, { deviceToken })).tokens);
  }
  expect(await living(all)).toEqual([false, true, true, true]);
});

test('a session that was refreshed since is not the longest unused one', async () => {
  const often = await account();
  const tokens = [often.tokens, await signInAgain(often)];
  processes.first.clock.advance(60);
  expect(await refresh(processes.first, often.tokens.refreshToken)).toMatchObject({
    __typename: 'RefreshSessionSuccess',
  });
  for (let time = 2; time <= MOST; time += 1) tokens.push(await signInAgain(often));
  expect(await living(tokens)).toEqual([true, false, true, true]);
});

test('a sign-in by code counts as well, and sessions of other users stay', async () => {
  const other = await account();
  const devices = [];
  for (let time = 0; time <= MOST; time += 1) devices.push(await signInOn(processes.first, '+9779800009099'));
  expect(await living(devices)).toEqual([false, true, true, true]);
  expect((await signInAgain(other)).accessToken).toBeDefined();
});

test('twenty sign-ins at the same moment at two processes all succeed, and after the next one the limit holds', async () => {
  const often = await account();
  await inParallel(20, (index) => signInAgain(often, processes.turn(index)));
  await signInAgain(often);
  const { db } = processes.first;
  const rows = await db.select().from(sessionTable).where(eq(sessionTable.userId, often.id));
  expect(rows.filter(({ endedAt }) => endedAt === null)).toHaveLength(MOST);
});
