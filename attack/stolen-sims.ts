import { progress } from '../scripts/long-command.js';
import { DAY } from './campaign.js';
import { freshNumber } from './numbers.js';
import type { Part, PartOptions } from './part.js';
import {
  type Answered,
  call,
  codeTo,
  forAll,
  HASHES,
  type Owners,
  refreshed,
  type SimAccount,
  simAccounts,
} from './sim-owners.js';
import type { Instance, Target } from './target.js';

/** Days of the thief's life with the SIM, and those on which the owner's app refreshes its session. */
const [VISITS, OWNER_USES] = [
  [0, 1, 3, 8, 15, 22],
  [5, 10, 20],
];
/** On these days, a thief who was in before still has a young device. */
const INSIDE = [0, 3];
/** A reset costs a hash, so it is tried less often. */
const RESETS = [0, 8, 22];
const PASSWORD = 'the password of the thief';
const NEW_PASSWORD = { newPassword: PASSWORD, newPasswordConfirm: PASSWORD };

interface SimResult {
  readonly accounts: number;
  /** Accounts in which a thief got a session. */
  readonly opened: number;
  /** Accounts whose number, email address, password or passkeys are not as they were, or that are gone. */
  readonly changed: number;
  /** Accounts in which a thief was before the passkey was added. */
  readonly robbedBefore: number;
  /** What thieves were answered, and how often. */
  readonly answers: Readonly<Record<string, number>>;
}

interface SimFigures {
  readonly withPasskeys: SimResult;
  /** The same script where no account has a passkey: it must get in. */
  readonly without: SimResult;
}

/** Thieves with the SIM of an owner who has a passkey and uses the account now and then (N6 of the abuse cases). */
export async function attackWithStolenSims(
  instance: Pick<Instance, 'open'>,
  { accounts }: Pick<PartOptions, 'accounts'>,
): Promise<Part<SimFigures>> {
  const withPasskeys = await robAll(await instance.open({ wide: true }), { count: accounts, passkeys: true });
  const few = Math.max(4, Math.round(accounts / 10));
  const without = await robAll(await instance.open({ wide: true }), { count: few, passkeys: false });
  const met = withPasskeys.opened === 0 && withPasskeys.changed === 0 && without.opened === few;
  const figures = { withPasskeys, without };
  return { name: 'stolen SIMs of owners with a passkey', met, figures, lines: lines(figures) };
}

/** The whole script, and what it brought. */
export async function robAll(target: Target, owners: Owners): Promise<SimResult> {
  progress(`${owners.count} accounts ${owners.passkeys ? 'with a passkey' : 'without one'}`);
  const accounts = await simAccounts(target, owners);
  const before = await statesOf(target);
  const opened = new Set<SimAccount>();
  const answers: Record<string, number> = {};
  const note = (account: SimAccount, step: string, answer: Answered) => {
    const answered = `${step}: ${answer.__typename}`;
    answers[answered] = (answers[answered] ?? 0) + 1;
    if (answer.tokens && step !== 'reauthenticate') opened.add(account);
  };
  const days = [...new Set([...VISITS, ...OWNER_USES])].sort((one, other) => one - other);
  let today = 0;
  for (const day of days) {
    await target.advance((day - today) * DAY);
    today = day;
    progress(`day ${day}`);
    if (OWNER_USES.includes(day)) await forAll(target, accounts, (account) => useBy(target, account));
    if (VISITS.includes(day)) await visit(target, { accounts, day, note });
  }
  const after = await statesOf(target);
  const changed = accounts.filter(({ id }) => after.get(id) !== before.get(id)).length;
  const robbedBefore = accounts.filter(({ thief }) => thief !== null).length;
  return { accounts: accounts.length, opened: opened.size, changed, robbedBefore, answers };
}

type Note = (account: SimAccount, step: string, answer: Answered) => void;
interface Visit {
  readonly accounts: readonly SimAccount[];
  readonly day: number;
  readonly note: Note;
}

/** Everything that a number is good for, on a device that no account knows. */
async function visit(target: Target, { accounts, day, note }: Visit): Promise<void> {
  if (INSIDE.includes(day)) await fromInside(target, { accounts, day, note });
  await forAll(target, accounts, async (account) => {
    const { phoneNumber } = account;
    const answer = await call(target, 'verifyOtp', { phoneNumber, ...(await codeTo(target, phoneNumber)) });
    note(account, 'verifyOtp', answer);
    await goOn(target, { account, answer, note }, day === 0);
  });
  if (RESETS.includes(day)) await resets(target, { accounts, day, note });
  if (day === 1) await registerAll(target, { accounts, day, note });
}

async function registerAll(target: Target, { accounts, note }: Visit): Promise<void> {
  const register = async (account: SimAccount) => {
    const { phoneNumber } = account;
    const code = await codeTo(target, phoneNumber);
    const email = `thief${phoneNumber.slice(1)}@example.com`;
    const password = { password: PASSWORD, passwordConfirm: PASSWORD, firstName: 'A', lastName: 'B' };
    const form = { phoneNumber, email, ...password, verificationCode: code?.otp, requestToken: code?.requestToken };
    note(account, 'register', await call(target, 'register', form));
  };
  await forAll(target, accounts, register, HASHES);
}

async function resets(target: Target, { accounts, note }: Visit): Promise<void> {
  const reset = async (account: SimAccount) => {
    const { phoneNumber } = account;
    const code = await codeTo(target, phoneNumber, { purpose: 'RESET_PASSWORD' });
    const answer = await call(target, 'resetPassword', { phoneNumber, ...code, ...NEW_PASSWORD });
    note(account, 'resetPassword', answer);
    await goOn(target, { account, answer, note });
  };
  await forAll(target, accounts, reset, HASHES);
}

interface Waiting {
  readonly account: SimAccount;
  readonly answer: Answered;
  readonly note: Note;
}

/** With what waits for one more proof: a new account of the number, a guess at the password. */
async function goOn(target: Target, { account, answer, note }: Waiting, guesses = false): Promise<void> {
  const { continuationToken } = answer;
  if (!continuationToken) return;
  const anew = await call(target, 'continueSignIn', { continuationToken, newAccount: true });
  note(account, 'continueSignIn, new account', anew);
  if (!guesses) return;
  const guess = await call(target, 'continueSignIn', { continuationToken, password: PASSWORD });
  note(account, 'continueSignIn, a password', guess);
}

/** A thief who was in before proves the number anew, and changes what there is. */
async function fromInside(target: Target, { accounts, note }: Visit): Promise<void> {
  const robbed = accounts.filter(({ thief }) => thief !== null);
  await forAll(target, robbed, async (account) => {
    const tokens = account.thief === null ? null : await refreshed(target, account.thief);
    if (!tokens) return;
    account.thief = tokens.refreshToken;
    const code = await codeTo(target, account.phoneNumber);
    const proved = await call(target, 'reauthenticate', { ...code }, tokens.accessToken);
    note(account, 'reauthenticate', proved);
    const token = proved.tokens?.accessToken ?? tokens.accessToken;
    const change = async (name: Parameters<typeof call>[1], input?: object) =>
      note(account, name, await call(target, name, input, token));
    await change('changePassword', NEW_PASSWORD);
    await change('removePassword');
    await change('startPasskeyRegistration');
    await change('requestOtp', { phoneNumber: freshNumber(), purpose: 'CHANGE_PHONE' });
    await change('changePhoneNumber', { phoneNumber: freshNumber(), otp: '123456' });
    await change('deleteAccount');
  });
}

/** The owner's app refreshes its session, as it does by itself when it is opened. */
async function useBy(target: Target, account: SimAccount): Promise<void> {
  const tokens = await refreshed(target, account.refreshToken);
  if (tokens) account.refreshToken = tokens.refreshToken;
}

/** What must not change, for each account. */
async function statesOf({ sql }: Target): Promise<Map<string, string>> {
  const rows = await sql<{ id: string; state: string }[]>`
    SELECT u.id, jsonb_build_array(u.phone_number, u.email, u.password_hash, u.deletion_due_at,
      (SELECT jsonb_agg(k.credential_id ORDER BY k.credential_id) FROM passkeys k WHERE k.user_id = u.id))::text AS state
    FROM users u`;
  return new Map(rows.map(({ id, state }) => [id, state]));
}

function lines({ withPasskeys, without }: SimFigures): string[] {
  const { accounts, opened, changed, robbedBefore, answers } = withPasskeys;
  const seen = Object.entries(answers).sort(([one], [other]) => one.localeCompare(other));
  return [
    `  a thief has the number for ${VISITS.at(-1)} days, and the owner uses the account on days ${OWNER_USES.join(', ')}; aim: nothing opens or changes`,
    `  ${accounts} accounts with a passkey: ${opened} opened, ${changed} changed (in ${robbedBefore} of them a thief was before the passkey)`,
    `  ${without.accounts} accounts without one: ${without.opened} opened, ${without.changed} changed`,
    '  what thieves were answered:',
    ...seen.map(([answer, times]) => `  ${String(times).padStart(7)}  ${answer}`),
  ];
}
