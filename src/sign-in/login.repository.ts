import { type SQL, sql } from 'drizzle-orm';
import { claimGuess, type GuessLimits, returnGuess } from '../budgets/guess-budget.repository.js';
import { passwordOf, passwordOfNobody } from '../budgets/guess-subject.js';
import type { Database } from '../database/database.js';
import { beginSession, type NewSession } from '../sessions/session.repository.js';
import type { User } from '../users/user.js';
import { readUser } from './sign-in.repository.js';

/** What somebody types to say who they are: one of the three, told apart by its form. */
export type Identifier =
  | { readonly kind: 'email'; readonly value: string }
  | { readonly kind: 'username'; readonly value: string }
  /** E.164; only a proved number says who somebody is. */
  | { readonly kind: 'phone_number'; readonly value: string };

/** A guess at a password, counted before it is checked. */
export interface ClaimedPasswordGuess {
  /** False: locked, the guess must not be checked. */
  readonly admitted: boolean;
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
   * All identifiers of an account share its budget; an identifier of nobody has one too, so that it is answered alike.
   */
  async claim(parts: {
    identifier: Identifier;
    /** Stands for the identifier where nobody has it. */
    digest: string;
    now: Date;
    limits: GuessLimits;
    /** Whether a suspicious guess is refused instead of counted. */
    refuseSuspicious: boolean;
  }): Promise<ClaimedPasswordGuess> {
    const { identifier, digest, ...claim } = parts;
    const subject = sql`coalesce((SELECT ${passwordOf(sql`id`)} FROM person), ${passwordOfNobody(digest)})`;
    const [row] = await this.#db.execute<ClaimRow>(sql`
      WITH person AS (SELECT id, password_hash FROM users WHERE ${matches(identifier)}),
      guess AS (${claimGuess({ subject, ...claim })})
      SELECT guess.*, person.id AS user_id, person.password_hash FROM guess LEFT JOIN person ON true`);
    if (!row) throw new Error('Claiming a guess returned no row.');
    return {
      admitted: row.admitted,
      lockedUntil: row.locked_until === null ? null : new Date(row.locked_until),
      suspicious: row.suspicious,
      guessesLeft: row.guesses_left,
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
    session: NewSession;
  }): Promise<User | null> {
    const { userId, verifiedHash, newHash, session } = parts;
    const subject = passwordOf(sql`${userId}::uuid`);
    const found = sql`EXISTS (SELECT 1 FROM person)`;
    const lock = newHash === null ? sql`FOR SHARE` : sql`FOR NO KEY UPDATE`;
    const [row] = await this.#db.execute<CompletedRow>(sql`
      WITH person AS (SELECT * FROM users WHERE id = ${userId}::uuid AND password_hash = ${verifiedHash} ${lock}),
      rehashed AS (
        UPDATE users SET password_hash = ${newHash} WHERE id = (SELECT id FROM person) AND ${newHash}::text IS NOT NULL
      ),
      returned AS (${returnGuess({ subject, claimedAt: session.now, when: found })}),
      session AS (${beginSession(session, sql`person`)})
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

interface ClaimRow extends Record<string, unknown> {
  admitted: boolean;
  locked_until: string | null;
  suspicious: boolean;
  guesses_left: number;
  user_id: string | null;
  password_hash: string | null;
}

interface CompletedRow extends Record<string, unknown> {
  person: Record<string, unknown>;
  city: Record<string, unknown> | null;
}
