import { and, eq, type SQL, sql } from 'drizzle-orm';
import { type FailureRefusal, failureValues, tooManyFailures } from '../budgets/failure-limit.repository.js';
import { claimGuess, guessesLeft, type GuessLimits, returnGuess } from '../budgets/guess-budget.repository.js';
import { passwordAsKnown, passwordOf, passwordOfNoAccount } from '../budgets/guess-subject.js';
import type { FailureBudget } from '../budgets/failure-budgets.js';
import { giveBackLate, type LateGuess } from '../budgets/late-guess.js';
import { folded, foldedText } from '../database/columns.js';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { type KnownDevice, knownDevice, rememberDevice, tokenValues } from '../devices/device.repository.js';
import type { Guesser } from '../devices/guesser.js';
import {
  beginSession,
  endSurplus,
  type NewSession,
  recordSignInAndSurplus,
  sessionValues,
} from '../sessions/session-fragments.js';
import { readUser } from '../users/read-user.js';
import type { DeviceTokenSubject } from '../devices/device-token.js';
import type { PreparedNotice } from '../notices/prepared-notice.js';
import { noticeValues, queueNotices } from '../notices/queue-notices.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { subjectHash } from '../platform/subject-hash.js';
import { type NewContinuation, beginContinuation, continuationValues } from './opening/continuation.js';
import type { OpeningFacts } from './opening/decision.js';
import { type OpeningRow, openingFacts, openingValues, readOpeningFacts, sameRights } from './opening/facts.js';
import { usedWithoutNumber } from './used-now.js';
import { reservationOf, reservesNames, userTable } from '../users/user.table.js';
import type { User } from '../users/user.js';
import { withPasswordGuess } from './release-guess.js';

/** Which account is meant: by its id, or by what a user types, one of three kinds that are told apart by their form. */
export interface Identifier {
  /** A phone number is E.164, and only an account that verified it is found by it. */
  readonly kind: 'email' | 'username' | 'phone_number' | 'id';
  readonly value: string;
}

/** A guess at a password, counted before it is checked. */
export interface ClaimedPasswordGuess {
  /** Whether there were too many failures lately; then nothing was counted. */
  readonly refusal: FailureRefusal;
  /** False: locked, or refused, and the guess must not be checked. */
  readonly admitted: boolean;
  /** The device that the guess comes from, where the account knows it: its guesses are counted by themselves. */
  readonly knownDevice: KnownDevice | null;
  readonly lockedUntil: Date | null;
  /** True: it was not counted either, because it needs a CAPTCHA. */
  readonly suspicious: boolean;
  /** Guesses left until the lock. */
  readonly guessesLeft: number;
  /** Null: no account has this identifier. */
  readonly account: { readonly user: User; readonly opening: OpeningFacts } | null;
}

export interface PasswordGuessClaim {
  readonly identifier: Identifier;
  readonly guesser: Guesser;
  /** Budgets of failures that must have capacity, unless the guess comes from a known device. */
  readonly failures: readonly FailureBudget[];
  readonly now: Date;
  readonly limits: GuessLimits;
}

/** A guess that was right. */
export interface RightPassword extends Omit<LateGuess, 'budget'> {
  readonly userId: string;
  /** The device that the guess was counted with. */
  readonly knownDevice: KnownDevice | null;
}

/** An account whose password was right. */
export interface DecidedLogin {
  readonly userId: string;
  /** The hash that the password was checked against. */
  readonly verifiedHash: string;
  /** The device that the guess was counted with. */
  readonly knownDevice: KnownDevice | null;
  /** What it was decided by whether the password opens it. */
  readonly opening: OpeningFacts;
  readonly device: DeviceTokenSubject | null;
}

export interface LoginCompletion extends DecidedLogin {
  readonly session: NewSession;
  readonly notices: readonly PreparedNotice[];
}

export interface WaitingLogin extends DecidedLogin {
  readonly continuation: NewContinuation;
}

export class LoginRepository {
  readonly #db: Database;
  readonly #secrets: AppSecrets;

  constructor(db: Database, secrets: AppSecrets) {
    this.#db = db;
    this.#secrets = secrets;
  }

  /**
   * Finds the account and counts one guess at its password, in one statement and before the password is checked. All
   * identifiers of an account share its budget. An identifier without an account has a budget too, so that it is answered
   * alike. A device that the account knows has a budget of its own, which strangers cannot spend.
   */
  async claim(claim: PasswordGuessClaim): Promise<ClaimedPasswordGuess> {
    const [row] = await claims[claim.identifier.kind].run(this.#db, claimValues(claim, this.#secrets));
    if (!row) throw new Error('Claiming a guess returned no row.');
    return {
      refusal: row,
      admitted: row.admitted ?? false,
      knownDevice: row.known_device,
      lockedUntil: row.locked_until === null ? null : new Date(row.locked_until),
      suspicious: row.suspicious ?? false,
      guessesLeft: row.guesses_left ?? 0,
      account: accountOf(row),
    };
  }

  /** Does what a right password is needed for. If the database cannot do it now, the guess is given back. */
  withGuess<Result>(guess: RightPassword, use: () => Promise<Result>): Promise<Result> {
    const { userId, knownDevice, ...claimed } = guess;
    return withPasswordGuess(this.#db, { budget: passwordOf(userId, knownDevice), ...claimed }, use);
  }

  /** Gives a right guess back that opened nothing. */
  async giveBack({ userId, knownDevice, ...claimed }: RightPassword): Promise<void> {
    await giveBackLate.run(this.#db, { budget: passwordOf(userId, knownDevice), ...claimed });
  }

  /** Begins the session after a right password and gives the guess back; null when what was checked has changed meanwhile. */
  async complete({ session, notices, ...decided }: LoginCompletion): Promise<User | null> {
    const values = { ...valuesOf(decided), ...sessionValues(session), ...noticeValues(notices) };
    const [row] = await signIn.run(this.#db, values);
    return row ? readUser(row.person, row.city) : null;
  }

  /** Keeps the right password until one more proof comes, and gives the guess back; false where it has changed meanwhile. */
  async wait({ continuation, ...decided }: WaitingLogin): Promise<boolean> {
    const { now } = continuation;
    const values = { ...valuesOf(decided), ...continuationValues(continuation), now };
    return (await wait.run(this.#db, values)).length > 0;
  }

  /** Replaces the hash of a right password by one that is made as hashes are made today. */
  async rehash(userId: string, { from, to }: { from: string; to: string }): Promise<void> {
    await this.#db
      .update(userTable)
      .set({ passwordHash: to })
      .where(and(eq(userTable.id, userId), eq(userTable.passwordHash, from)));
  }
}

function valuesOf({ userId, verifiedHash, knownDevice, opening, device }: DecidedLogin) {
  const budget = passwordOf(userId, knownDevice);
  return { userId, verifiedHash, budget, ...openingValues(opening), ...tokenValues(device) };
}

interface ClaimRow extends FailureRefusal, Omit<OpeningRow, 'has'> {
  readonly admitted: boolean | null;
  readonly locked_until: string | null;
  readonly suspicious: boolean | null;
  readonly guesses_left: number | null;
  readonly known_device: KnownDevice | null;
  /** Null: there is no account, and then the columns of `openingFacts` are null, too. */
  readonly person: Record<string, unknown> | null;
  readonly has: OpeningRow['has'] | null;
}

function accountOf({ person, has, ...row }: ClaimRow): ClaimedPasswordGuess['account'] {
  if (!person || !has) return null;
  const user = readUser(person, null);
  return { user, opening: readOpeningFacts({ ...row, has }, user) };
}

function claimValues({ identifier, guesser, failures, now, limits }: PasswordGuessClaim, secrets: AppSecrets) {
  const { kind, value } = identifier;
  return {
    identifier: value,
    hashed: subjectHash(secrets, `${kind}:${foldedText(value)}`),
    now,
    refuseSuspicious: guesser.refuseSuspicious,
    ...tokenValues(guesser.device),
    ...failureValues(failures, now),
    ...limits,
  };
}

const identifier = parameter('identifier', 'text');

/** One for each kind, so that each finds the account by its own index. */
const claims = {
  email: claimStatement('email', nameHolder(sql`lower(email) = ${folded(identifier)}`)),
  username: claimStatement('username', nameHolder(sql`lower(username) = ${folded(identifier)}`)),
  phone_number: claimStatement(
    'phone_number',
    sql`SELECT * FROM users WHERE phone_number = ${identifier} AND phone_verified_at IS NOT NULL`,
  ),
  id: claimStatement('id', sql`SELECT * FROM users WHERE id = ${identifier}::uuid`),
};

/**
 * The account that an email address or a username opens: the one that has verified something, because only this one
 * reserves its names. Otherwise the only one that has the name. Where several have it and none has verified anything,
 * it opens none, because no one can tell whose name it is. The unique index gives the rows in this order, so two are read at
 * most, however many accounts have the name.
 */
function nameHolder(matches: SQL): SQL {
  const account = { phoneVerifiedAt: sql`phone_verified_at`, emailVerifiedAt: sql`email_verified_at` };
  return sql`
    WITH holders AS (
      SELECT *, ${reservesNames(account)} AS reserving FROM users WHERE ${matches} ORDER BY ${reservationOf(account)} LIMIT 2
    )
    SELECT * FROM holders WHERE reserving OR (SELECT count(*) FROM holders) = 1`;
}

/** Raw, because the builder has no `ON CONFLICT` for what the statement itself finds out, and no row to assign to. */
function claimStatement(kind: Identifier['kind'], account: SQL) {
  const known = sql`EXISTS (SELECT 1 FROM known)`;
  const noAccount = passwordOfNoAccount(parameter('hashed', 'text'));
  return new Statement<ClaimRow, ReturnType<typeof claimValues>>(
    `login: claim by ${kind}`,
    sql`
      WITH person AS (${account}),
      known AS (${knownDevice(sql`person`)}),
      refusal AS (${tooManyFailures(known)}),
      guess AS (${claimGuess({
        subject: sql`coalesce(${passwordAsKnown(sql`known`, sql`person`)}, ${noAccount})`,
        refuseSuspicious: sql`${parameter('refuseSuspicious', 'boolean')} AND NOT ${known}`,
        when: sql`NOT EXISTS (SELECT 1 FROM refusal)`,
        also: guessesLeft,
      })})
      SELECT refusal.*, guess.*, to_jsonb(person) AS person, opening.*, (SELECT to_jsonb(known) FROM known) AS known_device
      FROM (SELECT 1) one LEFT JOIN refusal ON true LEFT JOIN guess ON true LEFT JOIN person ON true
        LEFT JOIN (${openingFacts(sql`person`)}) opening ON true`,
  );
}

interface CompletedRow {
  readonly person: Record<string, unknown>;
  readonly city: Record<string, unknown> | null;
}

type DecidedValues = ReturnType<typeof valuesOf>;

/**
 * The account, if the password is the one that was checked. A password opens an account in use or not, so only what decides
 * on roles is looked at again. The user's row is locked first: a statement that takes the password away at this moment waits
 * for this one, or this one waits for that statement.
 */
const account = sql`
    account AS (
      SELECT * FROM users
      WHERE id = ${parameter('userId', 'uuid')} AND password_hash = ${parameter('verifiedHash', 'text')}
        AND ${sameRights(sql`users`)}
      FOR NO KEY UPDATE
    ),
    returned AS (${returnGuess(sql`EXISTS (SELECT 1 FROM account)`)})`;

/** Raw, as the next one is, because the builder cannot insert from what the parts before returned. */
const signIn = new Statement<
  CompletedRow,
  DecidedValues & ReturnType<typeof sessionValues> & ReturnType<typeof noticeValues>
>(
  'login: sign in',
  sql`
    WITH ${account},
    person AS (UPDATE users SET ${usedWithoutNumber} WHERE id = (SELECT id FROM account) RETURNING *),
    session AS (${beginSession(sql`person`)}),
    device AS (${rememberDevice(sql`session`)}),
    surplus AS (${endSurplus(sql`device`)}),
    event AS (${recordSignInAndSurplus(sql`session`, sql`surplus`)}),
    told AS (${queueNotices(sql`EXISTS (SELECT 1 FROM session)`)})
    SELECT to_jsonb(person) AS person, to_jsonb(cities) AS city
    FROM person LEFT JOIN cities ON cities.id = person.location_id`,
);

const wait = new Statement<
  { id: string },
  DecidedValues & ReturnType<typeof continuationValues> & { readonly now: Date }
>(
  'login: wait for a further proof',
  sql`
    WITH ${account},
    waiting AS (${beginContinuation(sql`account`)})
    SELECT id FROM waiting`,
);
