import { type SQL, sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import { parameter } from '../database/statement.js';
import { removeOver } from '../database/remove-over.js';
import { limits } from './limits/limits.js';
import { guessBudgetTable } from './guess-budget.table.js';

const HOUR = seconds(limits.guessesBeforeLock.window);
const DAY = seconds(limits.guessesPerDay.window);
/** Seconds. */
const LONGEST_LOCK = sql.raw('86400');

/** The limits on wrong guesses at one phone number's codes, or at one password (docs/decisions/0004). */
export interface GuessLimits {
  /** Wrong guesses within an hour that lock it. */
  readonly lockAfter: number;
  /** Length of the first lock in seconds; each further one is twice as long, up to a day. */
  readonly lockDuration: number;
  /** Wrong guesses within any 24 hours, whatever happens in between. */
  readonly perDay: number;
}

/** Wrong guesses within the last hour that make the next one suspicious: one code's worth of slips is human. */
const SUSPICIOUS_AFTER = sql.raw(String(limits.guessesUnsuspected.size.fixed));

/** Parameters of the parts below. */
const given = {
  now: parameter('now', 'timestamptz'),
  lockAfter: parameter('lockAfter', 'int'),
  lockDuration: parameter('lockDuration', 'int'),
  perDay: parameter('perDay', 'int'),
  /** Of a guess that was claimed before: `codesOf`, `passwordOf` or `passwordFromDevice`. */
  budget: parameter('budget', 'text'),
  /** The lock that this guess set; null: it set none. */
  ownLock: parameter('ownLock', 'timestamptz'),
};

/**
 * Claims one guess and returns `admitted, locked_until, suspicious`, and what `also` says. It counts before anything is compared,
 * and in one statement. A hundred parallel guesses queue at the row's lock, and each sees what the one before it counted.
 * A crash between counting and comparing costs a guess instead of giving one away. A right guess is given back later.
 * Windows slide: the row keeps the instants of at most `perDay` failures. Where `when` does not hold there is no row, and
 * nothing is counted.
 *
 * Where `refuseSuspicious` holds, a guess after `SUSPICIOUS_AFTER` wrong ones within the hour is neither counted nor
 * admitted. This too is judged at the locked row: parallel guesses that were judged before would all find the budget fresh.
 *
 * Its parameters are `now` and the fields of `GuessLimits`.
 */
export function claimGuess(guess: { subject: SQL; refuseSuspicious: SQL; when: SQL; also?: SQL }): SQL {
  const { now, lockAfter, lockDuration, perDay } = given;
  return sql`
    INSERT INTO guess_budgets AS b (subject, failures, lock_level, lock_counted, locked_until, admitted)
    SELECT ${guess.subject}, ARRAY[${now}], 0, false, NULL::timestamptz, true WHERE ${guess.when}
    ON CONFLICT (subject) DO UPDATE SET (failures, lock_level, lock_counted, locked_until, admitted) = (
      SELECT
        CASE WHEN s.refused THEN b.failures ELSE s.recent || ${now} END,
        CASE WHEN s.locks THEN b.lock_level + 1 WHEN cardinality(s.recent) = 0 THEN 0 ELSE b.lock_level END,
        CASE WHEN s.refused THEN b.lock_counted ELSE s.locks END,
        CASE
          WHEN s.spent THEN greatest(s.recent[1] + ${DAY}, s.lock_end)
          WHEN s.locks THEN s.lock_end
          ELSE b.locked_until
        END,
        NOT s.refused
      FROM (
        SELECT r.*,
          NOT r.refused AND r.since_lock + 1 >= ${lockAfter} AS locks,
          NOT r.refused AND cardinality(r.recent) + 1 >= ${perDay} AS spent
        FROM (
          SELECT
            coalesce(b.locked_until > ${now}, false) OR (${guess.refuseSuspicious}) AND (
              SELECT count(*) >= ${SUSPICIOUS_AFTER} FROM unnest(b.failures) f WHERE f > ${now} - ${HOUR}
            ) AS refused,
            ARRAY(SELECT f FROM unnest(b.failures) f WHERE f > ${now} - ${DAY} ORDER BY f) AS recent,
            ${countedTowardsLock(sql`b.failures`, sql`b.locked_until`)} AS since_lock,
            ${now} + make_interval(secs => least(${lockDuration} * 2 ^ least(b.lock_level, 20), ${LONGEST_LOCK})) AS lock_end
        ) r
      ) s
    )
    RETURNING admitted, locked_until, NOT admitted AND coalesce(locked_until <= ${now}, true) AS suspicious${guess.also ?? sql``}`;
}

/** For `also` of `claimGuess`: `guesses_left`, until the lock. */
export const guessesLeft: SQL = sql`,
      greatest(0, least(${given.lockAfter} - ${countedTowardsLock(sql`failures`, sql`locked_until`)},
        ${given.perDay} - cardinality(failures)))::int AS guesses_left`;

/** How many of the failures count towards the next lock: those of the last hour, since the last lock. */
function countedTowardsLock(failures: SQL, lockedUntil: SQL): SQL {
  return sql`(SELECT count(*) FROM unnest(${failures}) f
    WHERE f > ${given.now} - ${HOUR} AND f > coalesce(${lockedUntil}, '-infinity'))`;
}

/**
 * Gives one claimed guess back because it was right (parameters `budget` and `now`, the instant of the claim). The owner
 * has shown up, so earlier mistakes no longer count towards the next lock. They still count towards the day's limit, or
 * every sign-in would hand an attacker new guesses. The mark for that is the latest of these mistakes and not this
 * moment: a process that read the time just before and claims just after would find a lock that lies ahead.
 */
export function returnGuess(when: SQL): SQL {
  return uncountGuess(OF_RIGHT, when);
}

/**
 * Gives one claimed guess back that was neither right nor wrong: its code was used a moment ago, by another submission of
 * it. Nothing else is forgiven, because this guess opened nothing. All mistakes before it still count towards the next
 * lock. Only the lock that this very guess set (parameter `ownLock`) is lifted. What the mark for counting was before that
 * lock is not known any more. So every mistake of the last hour counts then, and none is forgiven by this.
 */
export function returnLateGuess(when: SQL): SQL {
  return uncountGuess(OF_LATE, when);
}

/**
 * Gives one claimed guess back: as a right one where `used` holds, as a late one where it does not.
 *
 * A claim locks the challenge's row first and the budget's row second. Each statement that needs both must take them in the
 * same order, or two submissions of one code wait for each other until PostgreSQL ends one of them. So `used` asks the part
 * that updates the challenge: PostgreSQL must have its answer before it can write the budget's row.
 */
export function returnUsedOrLate(used: SQL, when: SQL): SQL {
  const either = (right: SQL, late: SQL) => sql`CASE WHEN ${used} THEN ${right} ELSE ${late} END`;
  const lifts = either(OF_RIGHT.lifts, OF_LATE.lifts);
  return uncountGuess({ lifts, lockedUntil: either(OF_RIGHT.lockedUntil, OF_LATE.lockedUntil) }, when);
}

/** What becomes of the lock and the mark with a guess. `o.guesses` are the others that are counted. */
interface Lifting {
  /** Whether the lock ahead is lifted, and makes no later lock longer. */
  readonly lifts: SQL;
  readonly lockedUntil: SQL;
}

const OF_RIGHT: Lifting = {
  lifts: sql`b.locked_until > ${given.now}`,
  lockedUntil: sql`(SELECT max(f) FROM unnest(o.guesses) f WHERE f <= ${given.now})`,
};

const OF_LATE: Lifting = {
  lifts: sql`b.locked_until = ${given.ownLock}`,
  lockedUntil: sql`nullif(b.locked_until, ${given.ownLock})`,
};

function uncountGuess({ lifts, lockedUntil }: Lifting, when: SQL): SQL {
  const place = sql`coalesce(array_position(b.failures, ${given.now}), 0) AS place`;
  return sql`
    UPDATE guess_budgets AS b SET (failures, lock_level, locked_until) = (
      SELECT o.guesses,
        CASE WHEN ${lifts} AND b.lock_counted THEN greatest(b.lock_level - 1, 0) ELSE b.lock_level END,
        ${lockedUntil}
      FROM (SELECT b.failures[:place - 1] || b.failures[place + 1:] AS guesses FROM ${place}) o
    )
    WHERE b.subject = ${given.budget} AND ${when}`;
}

export class GuessBudgetRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Removes up to `most` budgets without a failure in the last 24 hours: they are as good as new. */
  removeOver(now: Date, most: number): Promise<number> {
    const { failures } = guessBudgetTable;
    // The expression of the index `guess_budgets_latest`.
    const latest = sql`coalesce(${failures}[array_upper(${failures}, 1)], '-infinity')`;
    const over = sql`${latest} < ${instant(now)} - ${DAY}`;
    return removeOver(this.#db, { table: guessBudgetTable, over, oldestBy: latest, most });
  }
}

function seconds(count: number): SQL {
  return sql.raw(`make_interval(secs => ${count})`);
}
