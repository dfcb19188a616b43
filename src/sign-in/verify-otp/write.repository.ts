import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { rememberDevice, tokenValues } from '../../devices/device.repository.js';
import type { DeviceTokenSubject } from '../../devices/device-token.js';
import { SETTLED_AFTER } from '../../devices/settled.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import { noticeValues, queueNotices } from '../../notices/queue-notices.js';
import {
  consumeChallenge,
  guessValues,
  type RightGuess,
  readUsedChallenge,
  settleGuess,
  type UsedChallenge,
  type UsedChallengeRow,
} from '../../otp/challenge-use.js';
import { doubtPasskeys } from '../../passkeys/passkey-fragments.js';
import {
  beginSession,
  endSurplus,
  type NewSession,
  recordSignIn,
  recordSignInAndSurplus,
  sessionValues,
} from '../../sessions/session-fragments.js';
import { readUser } from '../../users/read-user.js';
import type { User } from '../../users/user.js';
import { beginContinuation, claimAccount, continuationValues, type NewContinuation } from '../opening/continuation.js';
import type { OpeningFacts } from '../opening/decision.js';
import { openingValues, sameOpening } from '../opening/facts.js';
import { releaseGuess, withGuess } from '../release-guess.js';
import { nameTakenBy } from '../taken-name.js';
import { usedNow } from '../used-now.js';

/** An account that a right code was decided for. */
interface Decided {
  readonly guess: RightGuess;
  /** As it was looked at. */
  readonly owner: User;
  /** What it was decided by. */
  readonly opening: OpeningFacts;
  readonly device: DeviceTokenSubject | null;
}

export interface OwnerSignIn extends Decided {
  readonly session: NewSession;
  readonly notices: readonly PreparedNotice[];
}

export interface ClaimBack extends Decided {
  readonly session: NewSession;
}

export interface WaitingSignIn extends Decided {
  readonly continuation: NewContinuation;
  readonly notices: readonly PreparedNotice[];
}

export interface SignUp {
  readonly guess: RightGuess;
  readonly session: NewSession;
  readonly newUser: { readonly id: string; readonly locale: string | null };
  /** Whether the number goes to the new account although others were registered with it. They lose the number. */
  readonly anew: boolean;
}

export interface WrittenSignIn {
  readonly kind: 'signed_in';
  readonly session: NewSession;
  readonly user: User;
  readonly newMember: boolean;
  readonly code: UsedChallenge;
}

export type SignInWrite =
  | WrittenSignIn
  /** Another submission used the code in the meantime. */
  | { readonly kind: 'lost' }
  /** What was decided does not hold any more. The code stays good. */
  | { readonly kind: 'changed' };

export type WaitingWrite =
  | { readonly kind: 'waiting'; readonly code: UsedChallenge }
  | Exclude<SignInWrite, WrittenSignIn>;

/**
 * Writes what `verifyOtp` decided. Each way is one statement, so that of fifty submissions of one code exactly one gets
 * through, and a crash leaves either all of it or a code that still works. It judges again at the locked rows.
 */
export class VerifyOtpRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Does what a right guess is needed for. If the database cannot do it now, the guess is given back. */
  withGuess<Result>(guess: RightGuess, use: () => Promise<Result>): Promise<Result> {
    return withGuess(this.#db, guess, use);
  }

  /** Uses the code up and signs in to the account that verified the number. */
  async signIn({ session, notices, ...decided }: OwnerSignIn): Promise<SignInWrite> {
    const { guess, owner } = decided;
    const values = { ...valuesOf(decided), ...sessionValues(session), ...noticeValues(notices) };
    const [row] = await withGuess(this.#db, guess, () => signIn.run(this.#db, values));
    return resultOf({ guess, session, owner }, row);
  }

  /** The same for an account that slept, has nothing but its number, and was left to whoever has that. */
  async claimBack({ session, ...decided }: ClaimBack): Promise<SignInWrite> {
    const { guess, owner } = decided;
    const values = { ...valuesOf(decided), ...sessionValues(session, { claimedBack: true }) };
    const [row] = await withGuess(this.#db, guess, () => claimBack.run(this.#db, values));
    return resultOf({ guess, session, owner }, row);
  }

  /** Makes an account of the number and signs in to it. */
  async signUp({ guess, session, newUser, anew }: SignUp): Promise<SignInWrite> {
    const values = { ...guessValues(guess), ...sessionValues(session), anew };
    const user = { newUserId: newUser.id, newUserLocale: newUser.locale };
    try {
      const [row] = await withGuess(this.#db, guess, () => signUp.run(this.#db, { ...values, ...user }));
      return resultOf({ guess, session, owner: null }, row);
    } catch (error) {
      // Somebody verified the number for an account of theirs at this moment.
      if (nameTakenBy(error) === 'phoneNumber') return { kind: 'changed' };
      throw error;
    }
  }

  /** Uses the code up, and keeps what was shown until one more proof comes. */
  async wait({ continuation, notices, ...decided }: WaitingSignIn): Promise<WaitingWrite> {
    const { guess } = decided;
    const values = { ...valuesOf(decided), ...continuationValues(continuation), ...noticeValues(notices) };
    const [row] = await withGuess(this.#db, guess, () => wait.run(this.#db, values));
    if (!row?.holds) return { kind: 'changed' };
    const code = readUsedChallenge(guess.challengeId, row);
    return code ? { kind: 'waiting', code } : { kind: 'lost' };
  }

  /** Gives the guess back and leaves the code as it is, because the number has no account that may be signed in: `outcome`. */
  async leave<Outcome>(guess: RightGuess, outcome: Outcome): Promise<Outcome | { readonly kind: 'lost' }> {
    return (await releaseGuess(this.#db, guess)) ? outcome : { kind: 'lost' };
  }
}

function valuesOf({ guess, owner, opening, device }: Decided) {
  return { ...guessValues(guess), ...openingValues(opening), ...tokenValues(device), userId: owner.id };
}

interface Begun {
  readonly guess: RightGuess;
  readonly session: NewSession;
  /** The account as it was looked at; null: a new one. */
  readonly owner: User | null;
}

/** The city is as it was when the account was looked at. */
function resultOf({ guess, session, owner }: Begun, row: SignInRow | undefined): SignInWrite {
  if (!row?.holds) return { kind: 'changed' };
  const code = readUsedChallenge(guess.challengeId, row);
  if (!row.person || !code) return { kind: 'lost' };
  const user = { ...readUser(row.person, null), location: owner?.location ?? null };
  return { kind: 'signed_in', session, user, newMember: owner === null, code };
}

interface HoldingRow extends UsedChallengeRow {
  /** Whether the decision still holds. */
  readonly holds: boolean;
}

interface SignInRow extends HoldingRow {
  /** The account; null: the code was not used up. */
  readonly person: Record<string, unknown> | null;
}

type DecidedValues = ReturnType<typeof valuesOf>;

const [phoneNumber, now] = [parameter('destination', 'text'), parameter('now', 'timestamptz')];

/** The account that was decided for, if the decision still holds. Its row is locked before all others (decision 22). */
const account = sql`
    account AS (
      SELECT * FROM users
      WHERE id = ${parameter('userId', 'uuid')} AND phone_number = ${phoneNumber} AND phone_verified_at IS NOT NULL
        AND ${sameOpening(sql`users`)}
      FOR NO KEY UPDATE
    )`;

/** Where the part `held` has a row: the code is used up, and the guess is given back. */
const usingUp = (held: SQL) => sql`
    consumed AS (${consumeChallenge(sql`EXISTS (SELECT 1 FROM ${held})`)}),
    returned AS (${settleGuess(sql`consumed`, sql`EXISTS (SELECT 1 FROM ${held})`)})`;

/** Those that were registered with the number lose it, also one that was registered at this very moment. */
const detached = sql`
    detached AS (
      UPDATE users SET phone_number = NULL, updated_at = ${now}
      WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NULL AND EXISTS (SELECT 1 FROM consumed)
    )`;

/** A row if the part `held` has one, with the account that is signed in to: `person`. */
const answer = (held: SQL) => sql`
    SELECT true AS holds, row_to_json(person) AS person, consumed.*
    FROM ${held} LEFT JOIN consumed ON true LEFT JOIN person ON true`;

type SignInValues = DecidedValues & ReturnType<typeof sessionValues>;

/** @param also what else is done: parts. */
const signInAnd = (also: SQL) => sql`
    WITH ${account},
    ${usingUp(sql`account`)},
    ${detached},
    person AS (
      UPDATE users SET ${usedNow} FROM consumed WHERE users.id = (SELECT id FROM account) RETURNING users.*
    ),
    session AS (${beginSession(sql`person`)}),
    device AS (${rememberDevice(sql`session`)}),
    surplus AS (${endSurplus(sql`device`)}),
    event AS (${recordSignInAndSurplus(sql`session`, sql`surplus`)})
    ${also}
    ${answer(sql`account`)}`;

/** Raw, as the next ones are, because the builder cannot insert into several tables from what the parts before returned. */
const signIn = new Statement<SignInRow, SignInValues & ReturnType<typeof noticeValues>>(
  'verifyOtp: sign in',
  signInAnd(sql`, told AS (${queueNotices(sql`EXISTS (SELECT 1 FROM session)`)})`),
);

/** The owner is told nothing: the account has nothing but the number whose code was shown, and passkeys that were not. */
const claimBack = new Statement<SignInRow, SignInValues>(
  'verifyOtp: claim back',
  signInAnd(sql`, doubted AS (${doubtPasskeys(sql`SELECT user_id FROM session`, SETTLED_AFTER)})`),
);

const newUserId = parameter('newUserId', 'uuid');

/** All sign-ups of one number meet at the challenge's row. */
const signUp = new Statement<
  SignInRow,
  ReturnType<typeof guessValues> &
    ReturnType<typeof sessionValues> & {
      readonly newUserId: string;
      readonly newUserLocale: string | null;
      readonly anew: boolean;
    }
>(
  'verifyOtp: sign up',
  sql`
    WITH free AS (
      SELECT 1 WHERE NOT EXISTS (
        SELECT 1 FROM users WHERE phone_number = ${phoneNumber}
          AND (phone_verified_at IS NOT NULL OR NOT ${parameter('anew', 'boolean')})
      )
    ),
    ${usingUp(sql`free`)},
    ${detached},
    person AS (
      INSERT INTO users (id, phone_number, phone_verified_at, locale, last_used_at, created_at, updated_at)
      SELECT ${newUserId}, ${phoneNumber}, ${now}, ${parameter('newUserLocale', 'text')}, ${now}, ${now}, ${now}
      FROM consumed
      RETURNING *
    ),
    session AS (${beginSession(sql`person`)}),
    device AS (${rememberDevice(sql`session`)}),
    event AS (${recordSignIn(sql`session`, ['registered', 'phone_verified'], phoneNumber)})
    ${answer(sql`free`)}`,
);

const wait = new Statement<
  HoldingRow,
  DecidedValues & ReturnType<typeof continuationValues> & ReturnType<typeof noticeValues>
>(
  'verifyOtp: wait for a further proof',
  sql`
    WITH ${account},
    ${usingUp(sql`account`)},
    claimed AS (${claimAccount(sql`(SELECT id FROM account)`, sql`EXISTS (SELECT 1 FROM consumed)`)}),
    waiting AS (${beginContinuation(sql`(SELECT account.* FROM account, consumed)`)}),
    told AS (${queueNotices(sql`EXISTS (SELECT 1 FROM waiting)`)})
    SELECT true AS holds, consumed.* FROM account LEFT JOIN consumed ON true`,
);
