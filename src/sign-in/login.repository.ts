import { and, eq, type SQL, sql } from 'drizzle-orm';
import { type FailureRefusal, failureValues, tooManyFailures } from '../budgets/failure-limit.repository.js';
import { claimGuess, guessesLeft, type GuessLimits, returnGuess } from '../budgets/guess-budget.repository.js';
import { passwordAsKnown, passwordOf, passwordOfNoAccount } from '../budgets/guess-subject.js';
import type { FailureBudget } from '../budgets/failure-budgets.js';
import type { LateGuess } from '../budgets/late-guess.js';
import { folded, foldedText } from '../database/columns.js';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { type KnownDevice, knownDevice, rememberDevice, tokenValues } from '../devices/device.repository.js';
import type { Guesser } from '../devices/guesser.js';
import { beginSession, endSurplus, type NewSession, sessionValues } from '../sessions/session-fragments.js';
import { readUser } from '../users/read-user.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { subjectHash } from '../platform/subject-hash.js';
import { reservationOf, reservesNames, userTable } from '../users/user.table.js';
import type { User } from '../users/user.js';
import { withPasswordGuess } from './release-guess.js';

/** What a user types to say which account is theirs: one of three kinds, told apart by its form. */
export interface Identifier {
  /** A phone number is E.164, and only an account that verified it is found by it. */
  readonly kind: 'email' | 'username' | 'phone_number';
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
  readonly userId: string | null;
  readonly passwordHash: string | null;
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

export interface LoginCompletion {
  readonly userId: string;
  /** The hash that the password was checked against. */
  readonly verifiedHash: string;
  /** The device that the guess was counted with. */
  readonly knownDevice: KnownDevice | null;
  readonly session: NewSession;
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
      userId: row.user_id,
      passwordHash: row.password_hash,
    };
  }

  /** Does what a right password is needed for. If the database cannot do it now, the guess is given back. */
  withGuess<Result>(guess: RightPassword, use: () => Promise<Result>): Promise<Result> {
    const { userId, knownDevice, ...claimed } = guess;
    return withPasswordGuess(this.#db, { budget: passwordOf(userId, knownDevice), ...claimed }, use);
  }

  /** Begins the session after a right password and gives the guess back; null when the password was changed meanwhile. */
  async complete({ userId, verifiedHash, knownDevice, session }: LoginCompletion): Promise<User | null> {
    const budget = passwordOf(userId, knownDevice);
    const [row] = await signIn.run(this.#db, { userId, verifiedHash, budget, ...sessionValues(session) });
    return row ? readUser(row.person, row.city) : null;
  }

  /** Replaces the hash of a right password by one that is made as hashes are made today. */
  async rehash(userId: string, { from, to }: { from: string; to: string }): Promise<void> {
    await this.#db
      .update(userTable)
      .set({ passwordHash: to })
      .where(and(eq(userTable.id, userId), eq(userTable.passwordHash, from)));
  }
}

interface ClaimRow extends FailureRefusal {
  readonly admitted: boolean | null;
  readonly locked_until: string | null;
  readonly suspicious: boolean | null;
  readonly guesses_left: number | null;
  readonly known_device: KnownDevice | null;
  readonly user_id: string | null;
  readonly password_hash: string | null;
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
      WITH person AS (SELECT id, password_hash, session_epoch FROM (${account}) account),
      known AS (${knownDevice(sql`person`)}),
      refusal AS (${tooManyFailures(known)}),
      guess AS (${claimGuess({
        subject: sql`coalesce(${passwordAsKnown(sql`known`, sql`person`)}, ${noAccount})`,
        refuseSuspicious: sql`${parameter('refuseSuspicious', 'boolean')} AND NOT ${known}`,
        when: sql`NOT EXISTS (SELECT 1 FROM refusal)`,
        also: guessesLeft,
      })})
      SELECT refusal.*, guess.*, person.id AS user_id, person.password_hash,
        (SELECT to_jsonb(known) FROM known) AS known_device
      FROM (SELECT 1) one LEFT JOIN refusal ON true LEFT JOIN guess ON true LEFT JOIN person ON true`,
  );
}

interface CompletedRow {
  readonly person: Record<string, unknown>;
  readonly city: Record<string, unknown> | null;
}

type CompletionValues = Pick<LoginCompletion, 'userId' | 'verifiedHash'> & { readonly budget: string } & ReturnType<
    typeof sessionValues
  >;

/**
 * The user's row is locked first: a statement that takes the password away at this moment waits for this session, or this
 * one waits for that statement. Raw, because the builder cannot insert from what the parts before returned.
 */
const signIn = new Statement<CompletedRow, CompletionValues>(
  'login: sign in',
  sql`
    WITH person AS (
      SELECT * FROM users
      WHERE id = ${parameter('userId', 'uuid')} AND password_hash = ${parameter('verifiedHash', 'text')} FOR SHARE
    ),
    returned AS (${returnGuess(sql`EXISTS (SELECT 1 FROM person)`)}),
    session AS (${beginSession(sql`person`)}),
    device AS (${rememberDevice(sql`session`)}),
    surplus AS (${endSurplus(sql`device`)})
    SELECT to_jsonb(person) AS person, to_jsonb(cities) AS city
    FROM person LEFT JOIN cities ON cities.id = person.location_id`,
);
