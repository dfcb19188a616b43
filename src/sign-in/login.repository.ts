import { type SQL, sql } from 'drizzle-orm';
import { type FailureRefusal, tooManyFailures } from '../budgets/failure-limit.repository.js';
import { claimGuess, type GuessLimits, returnGuess } from '../budgets/guess-budget.repository.js';
import { passwordFromDevice, passwordOf, passwordOfNobody } from '../budgets/guess-subject.js';
import type { Spending } from '../budgets/rate-budget.js';
import type { Database } from '../database/database.js';
import { type KnownDevice, knownDevice, rememberDevice } from '../devices/device.repository.js';
import type { Guesser } from '../devices/guesser.js';
import { beginSession, type NewSession } from '../sessions/session.repository.js';
import { readUser } from '../users/read-user.js';
import type { User } from '../users/user.js';

/** What somebody types to say who they are: one of the three, told apart by its form. */
export type Identifier =
  | { readonly kind: 'email'; readonly value: string }
  | { readonly kind: 'username'; readonly value: string }
  /** E.164; only a proved number says who somebody is. */
  | { readonly kind: 'phone_number'; readonly value: string };

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
  /** Null: nobody has this identifier. */
  readonly userId: string | null;
  readonly passwordHash: string | null;
}

export class LoginRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Finds who is meant and counts one guess at their password, in one statement and before the password is checked.
   * All identifiers of an account share its budget; an identifier of nobody has one too, so that it is answered alike. A
   * device that the account knows has a budget of its own, which strangers cannot spend.
   */
  async claim(parts: {
    identifier: Identifier;
    guesser: Guesser;
    /** Budgets of failures that must have room, unless the guess comes from a known device. */
    failures: readonly Spending[];
    now: Date;
    limits: GuessLimits;
  }): Promise<ClaimedPasswordGuess> {
    const { identifier, guesser, failures, now, limits } = parts;
    const known = sql`EXISTS (SELECT 1 FROM known)`;
    const subject = sql`coalesce((SELECT ${passwordFromDevice(sql`budget`)} FROM known),
      (SELECT ${passwordOf(sql`id`)} FROM person), ${passwordOfNobody(nobodysName(identifier))})`;
    const [row] = await this.#db.execute<ClaimRow>(sql`
      WITH person AS (SELECT id, password_hash, session_epoch FROM users WHERE ${matches(identifier)}),
      known AS (${knownDevice(guesser.device, sql`person`)}),
      refusal AS (${tooManyFailures(failures, now, known)}),
      guess AS (${claimGuess({
        ...{ subject, now, limits },
        refuseSuspicious: sql`${guesser.refuseSuspicious}::boolean AND NOT ${known}`,
        when: sql`NOT EXISTS (SELECT 1 FROM refusal)`,
      })})
      SELECT refusal.*, guess.*, person.id AS user_id, person.password_hash, (SELECT to_jsonb(known) FROM known) AS known_device
      FROM (SELECT 1) one LEFT JOIN refusal ON true LEFT JOIN guess ON true LEFT JOIN person ON true`);
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

  /**
   * Begins the session of somebody whose password was right and gives the guess back; null when the password was
   * changed in the meantime. A hash made anew replaces the old one on the way. The user's row is locked, so that whoever
   * takes the password away right now waits for this session, or this one waits for that.
   */
  async complete(parts: {
    userId: string;
    verifiedHash: string;
    newHash: string | null;
    /** The device that the guess was counted with. */
    knownDevice: KnownDevice | null;
    session: NewSession;
  }): Promise<User | null> {
    const { userId, verifiedHash, newHash, session } = parts;
    const device = parts.knownDevice;
    const subject = device === null ? passwordOf(sql`${userId}::uuid`) : passwordFromDevice(sql`${device.budget}`);
    const found = sql`EXISTS (SELECT 1 FROM person)`;
    const lock = newHash === null ? sql`FOR SHARE` : sql`FOR NO KEY UPDATE`;
    const [row] = await this.#db.execute<CompletedRow>(sql`
      WITH person AS (SELECT * FROM users WHERE id = ${userId}::uuid AND password_hash = ${verifiedHash} ${lock}),
      rehashed AS (
        UPDATE users SET password_hash = ${newHash} WHERE id = (SELECT id FROM person) AND ${newHash}::text IS NOT NULL
      ),
      returned AS (${returnGuess({ subject, claimedAt: session.now, when: found })}),
      session AS (${beginSession(session, sql`person`)}),
      device AS (${rememberDevice(session, sql`session`)})
      SELECT to_jsonb(p) AS person, to_jsonb(c) AS city FROM person p LEFT JOIN cities c ON c.id = p.location_id`);
    return row ? readUser(row.person, row.city) : null;
  }
}

function matches({ kind, value }: Identifier): SQL {
  switch (kind) {
    case 'email':
      return sql`lower(email) = lower(${value}::text)`;
    case 'username':
      return sql`lower(username) = lower(${value}::text)`;
    case 'phone_number':
      return sql`phone_number = ${value} AND phone_verified_at IS NOT NULL`;
  }
}

/** What an identifier is counted under where nobody has it: by the same `lower` as `matches`. */
function nobodysName({ kind, value }: Identifier): SQL {
  return sql`${`${kind}:`}::text || lower(${value}::text)`;
}

interface ClaimRow extends Record<string, unknown>, FailureRefusal {
  admitted: boolean | null;
  locked_until: string | null;
  suspicious: boolean | null;
  guesses_left: number | null;
  known_device: KnownDevice | null;
  user_id: string | null;
  password_hash: string | null;
}

interface CompletedRow extends Record<string, unknown> {
  person: Record<string, unknown>;
  city: Record<string, unknown> | null;
}
