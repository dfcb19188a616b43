import { type SQL, sql } from 'drizzle-orm';
import { recordAct } from '../../audit/record-event.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { forgetDevices, keepDevices, NO_DEVICE } from '../../devices/device.repository.js';
import { endSessions } from '../../sessions/session-fragments.js';
import { readUser } from '../../users/read-user.js';
import type { User } from '../../users/user.js';
import {
  actValues,
  type ActWrite,
  actWrite,
  allowed,
  type DecidedAct,
  type JudgedRow,
  judged,
} from './act-fragments.js';

export interface Lock {
  readonly reason: string;
  /** Null: for good. */
  readonly until: Date | null;
}

export class LockRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Locks an account, anew where it is locked. All its sessions end. */
  async lock(act: DecidedAct, { reason, until }: Lock): Promise<ActWrite<{ user: User; endedSessions: number }>> {
    const details = { reason, until: until?.toISOString() ?? null };
    const [row] = await lock.run(this.#db, { ...actValues(act), reason, until, details });
    return actWrite(row, row?.person ? { user: readUser(row.person, row.city), endedSessions: row.ended } : null);
  }

  /** Lifts the lock, if there is one. */
  async unlock(act: DecidedAct): Promise<ActWrite<{ user: User; wasLocked: boolean }>> {
    const [row] = await unlock.run(this.#db, actValues(act));
    return actWrite(row, row?.person ? { user: readUser(row.person, row.city), wasLocked: row.wasLocked } : null);
  }

  /** Ends all sessions, and forgets all devices: a device may be in other hands. */
  async endSessions(act: DecidedAct): Promise<ActWrite<{ endedSessions: number }>> {
    const [row] = await signOut.run(this.#db, actValues(act));
    return actWrite(row, row?.person ? { endedSessions: row.ended } : null);
  }
}

interface ActRow extends JudgedRow {
  readonly person: Record<string, unknown> | null;
  readonly city: Record<string, unknown> | null;
}

interface EndingRow extends ActRow {
  /** Sessions that lived until now. */
  readonly ended: number;
}

interface UnlockRow extends ActRow {
  readonly wasLocked: boolean;
}

type Values = ReturnType<typeof actValues>;

const now = parameter('now', 'timestamptz');
const [reason, until] = [parameter('reason', 'text'), parameter('until', 'timestamptz')];

/** The epoch ends sessions that begin at this very moment, and sign-ins that wait for one more proof. */
const nextEpoch = sql`session_epoch = users.session_epoch + 1`;

const ended = sql`ended AS (${endSessions(sql`SELECT id FROM touched`, sql`NULL`)} RETURNING expires_at)`;
const count = sql`(SELECT count(*) FROM ended WHERE expires_at > ${now})`;
const signedOut = (users: SQL) =>
  recordAct({ kind: 'sessions_ended', details: sql`jsonb_build_object('sessions', ${count})` }, users);

const answer = (also: SQL) => sql`
    SELECT ${allowed}, to_jsonb(touched) AS person, to_jsonb(cities) AS city${also}
    FROM (SELECT 1) one LEFT JOIN touched ON true LEFT JOIN cities ON cities.id = touched.location_id`;

/** @param change what the row of the account, `touched`, gets. */
const touched = (change: SQL) => sql`
    touched AS (UPDATE users SET ${change} FROM account WHERE users.id = account.id RETURNING users.*)`;

/**
 * How long an account stays after a lock whose deletion became due meanwhile: its owner could not sign in to cancel it. In
 * hours, as days depend on the time zone of a connection.
 */
const TIME_TO_CANCEL = sql.raw("interval '168 h'");

/** A deletion that is due no earlier than that after the end of the lock, where there is one, and a deletion. */
const deletionAfter = (lockEnd: SQL) => sql`deletion_due_at = CASE
      WHEN users.deletion_due_at IS NOT NULL AND ${lockEnd} IS NOT NULL
      THEN greatest(users.deletion_due_at, ${lockEnd} + ${TIME_TO_CANCEL}) ELSE users.deletion_due_at END`;

/** Now, if a lock lasts: one that is over gave its time when it was set. */
const endOfLasting = sql`CASE WHEN users.locked_at IS NOT NULL AND (users.locked_until IS NULL OR users.locked_until > ${now})
      THEN ${now} END`;

/**
 * Devices that the account has known for long stay known for a while: an account is also locked for its owner's sake, who comes
 * back. Raw, as the next ones are, because the builder cannot write to several tables from what the parts before returned.
 */
const lock = new Statement<EndingRow, Values & Lock & { readonly details: object }>(
  'lockUser: lock',
  sql`
    WITH ${judged},
    ${touched(sql`locked_at = ${now}, lock_reason = ${reason}, locked_until = ${until}, updated_at = ${now}, ${nextEpoch},
      ${deletionAfter(until)}`)},
    ${ended},
    ${keepDevices(sql`touched`, NO_DEVICE)},
    locking AS (${recordAct({ kind: 'user_locked', details: parameter('details', 'jsonb') }, sql`touched`)}),
    signed_out AS (${signedOut(sql`(SELECT id FROM touched WHERE EXISTS (SELECT 1 FROM ended))`)})
    ${answer(sql`, ${count}::int AS ended`)}`,
);

/** The audit trail also has an unlocking of an account that was not locked. Then it is no event for others. */
const wasLocked = sql`EXISTS (SELECT 1 FROM account WHERE locked_at IS NOT NULL)`;

const unlock = new Statement<UnlockRow, Values>(
  'unlockUser: unlock',
  sql`
    WITH ${judged},
    ${touched(sql`locked_at = NULL, lock_reason = NULL, locked_until = NULL,
      updated_at = CASE WHEN account.locked_at IS NULL THEN users.updated_at ELSE ${now} END,
      ${deletionAfter(endOfLasting)}`)},
    event AS (${recordAct(
      { kind: 'user_unlocked', details: sql`jsonb_build_object('wasLocked', ${wasLocked})` },
      sql`touched`,
    )})
    ${answer(sql`, ${wasLocked} AS "wasLocked"`)}`,
);

const signOut = new Statement<EndingRow, Values>(
  'endUserSessions: end',
  sql`
    WITH ${judged},
    ${touched(sql`updated_at = ${now}, ${nextEpoch}`)},
    ${ended},
    forgotten AS (${forgetDevices(sql`SELECT id FROM touched`, sql`NULL`)}),
    event AS (${signedOut(sql`touched`)})
    ${answer(sql`, ${count}::int AS ended`)}`,
);
