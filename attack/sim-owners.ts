import argon2 from 'argon2';
import { SoftwareAuthenticator } from '../tests/support/passkeys/authenticator.js';
import { freshAddress } from './addresses.js';
import { DAY } from './campaign.js';
import { freshNumber } from './numbers.js';
import type { Target } from './target.js';

/** Owners of accounts whose SIM is stolen, and what they have besides the number. */

/** Calls under way at once, and those that cost a hash: the service lets no more wait. */
const PARALLEL = 16;
export const HASHES = 4;
const MINUTE = 60_000;

/** An account, and what its owner and a thief hold. */
export interface SimAccount {
  readonly phoneNumber: string;
  readonly id: string;
  /** The owner's, on a device that the account knows. */
  refreshToken: string;
  readonly deviceToken: string;
  /** The refresh token of a thief who was in before the passkey was added; null: none was. */
  thief: string | null;
}

export interface Owners {
  readonly count: number;
  /** Without, the accounts show what the same thieves get there. */
  readonly passkeys: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents ask for.
export type Answered = any;

const CHALLENGED = '... on FurtherProofRequiredError { continuationToken methods availableAt }';
const IN = 'tokens { accessToken refreshToken } deviceToken user { id }';
const ASKED = '... on RequestOtpSuccess { requestToken } ... on UserError { message }';

export const DOCUMENTS = {
  requestOtp: ['RequestOtpInput', ASKED],
  verifyOtp: ['VerifyOtpInput', `... on VerifyOtpSuccess { ${IN} } ${CHALLENGED}`],
  continueSignIn: ['ContinueSignInInput', `... on VerifyOtpSuccess { ${IN} }`],
  resetPassword: ['ResetPasswordInput', `... on ResetPasswordSuccess { ${IN} } ${CHALLENGED}`],
  register: ['RegisterInput', `... on RegisterSuccess { ${IN} }`],
  reauthenticate: ['ReauthenticateInput', '... on ReauthenticateSuccess { tokens { accessToken } }'],
  changePassword: ['ChangePasswordInput', ''],
  changePhoneNumber: ['ChangePhoneNumberInput', ''],
  removePassword: [null, ''],
  deleteAccount: [null, ''],
  startPasskeyRegistration: [null, '... on StartPasskeyRegistrationSuccess { options }'],
  finishPasskeyRegistration: ['FinishPasskeyRegistrationInput', ''],
} as const;
export type Call = keyof typeof DOCUMENTS;

/** One call from an address of its own; the answer's fields. */
export async function call(target: Target, name: Call, input: object = {}, token?: string): Promise<Answered> {
  const [type, fields] = DOCUMENTS[name];
  const [declared, given] = type === null ? ['', ''] : [`($input: ${type}!)`, '(input: $input)'];
  const document = `mutation ${declared} { ${name}${given} { __typename ${fields} } }`;
  const variables = type === null ? {} : { input };
  const { data, errors } = await target.api.post(document, variables, { address: freshAddress(), token });
  if (errors) throw new Error(`${name} was answered with an error: ${JSON.stringify(errors)}`);
  return data[name];
}

/** New tokens of a session; null: it is over. */
export async function refreshed({ api }: Target, refreshToken: string): Promise<Answered> {
  const fields = '... on RefreshSessionSuccess { tokens { accessToken refreshToken } }';
  const document = `mutation ($token: String!) { refreshSession(refreshToken: $token) { ${fields} } }`;
  const { data } = await api.post(document, { token: refreshToken }, { address: freshAddress() });
  return data.refreshSession.tokens ?? null;
}

/** A code to a number, and its request token. Somebody has waited for a minute. */
export async function codeTo(target: Target, phoneNumber: string, asked: object = {}, token?: string) {
  const { __typename: kind, requestToken } = await call(target, 'requestOtp', { phoneNumber, ...asked }, token);
  if (kind !== 'RequestOtpSuccess') return null;
  const otp = await target.codeSentTo(phoneNumber);
  return otp === null ? null : { otp, requestToken };
}

/** Does it for all, some at once, a minute after what was before. */
export async function forAll<Item>(
  target: Target,
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<unknown>,
  parallel = PARALLEL,
): Promise<void> {
  await target.advance(MINUTE);
  const waiting = [...items.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

/**
 * Accounts of ten days: a quarter each has a number alone, a password, a verified email address, and both. In every fifth one a thief
 * has signed in by the number before the owner added a passkey.
 */
export async function simAccounts(target: Target, { count, passkeys }: Owners): Promise<SimAccount[]> {
  const accounts: SimAccount[] = [];
  await forAll(target, Array.from({ length: count }), async () => {
    const phoneNumber = freshNumber();
    const { user, tokens, deviceToken } = await signIn(target, phoneNumber);
    accounts.push({ phoneNumber, id: user.id, refreshToken: tokens.refreshToken, deviceToken, thief: null });
  });
  await haveOtherProofs(target, accounts);
  await target.advance(10 * DAY);
  const robbed = accounts.filter((_, index) => passkeys && index % 5 === 0);
  await forAll(target, robbed, async (account) => {
    account.thief = (await signIn(target, account.phoneNumber)).tokens.refreshToken;
  });
  await forAll(target, accounts, async (account) => {
    const { tokens } = await signIn(target, account.phoneNumber, account.deviceToken);
    account.refreshToken = tokens.refreshToken;
    if (passkeys) await addPasskey(target, tokens.accessToken);
  });
  return accounts;
}

async function signIn(target: Target, phoneNumber: string, deviceToken?: string): Promise<Answered> {
  const code = await codeTo(target, phoneNumber, { deviceToken });
  const answer = await call(target, 'verifyOtp', { phoneNumber, deviceToken, ...code });
  if (answer.__typename !== 'VerifyOtpSuccess') throw new Error(`An owner could not sign in: ${answer.__typename}`);
  return answer;
}

async function addPasskey(target: Target, token: string): Promise<void> {
  const { options } = await call(target, 'startPasskeyRegistration', {}, token);
  const response = new SoftwareAuthenticator({ origin: `http://${options.rp.id}` }).register(options);
  const { __typename: kind } = await call(target, 'finishPasskeyRegistration', { response }, token);
  if (kind !== 'FinishPasskeyRegistrationSuccess') throw new Error(`An owner could not add a passkey: ${kind}`);
}

/** Written into the database: no provider of emails is there. */
async function haveOtherProofs({ sql, now }: Target, accounts: readonly SimAccount[]): Promise<void> {
  const hash = await argon2.hash('the password of them all', {
    type: argon2.argon2id,
    memoryCost: 19_456,
    timeCost: 2,
  });
  const at = new Date(await now()).toISOString();
  const ids = (wanted: (index: number) => boolean) => accounts.filter((_, index) => wanted(index)).map(({ id }) => id);
  await sql`UPDATE users SET password_hash = ${hash} WHERE id IN ${sql(ids((index) => index % 4 === 1 || index % 4 === 3))}`;
  await sql`
    UPDATE users SET email = 'owner' || substr(phone_number, 2) || '@example.com', email_verified_at = ${at}
    WHERE id IN ${sql(ids((index) => index % 4 >= 2))}`;
}
