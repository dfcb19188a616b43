import { lt, type SQL, sql } from 'drizzle-orm';
import { limits } from '../budgets/limits/limits.js';
import type { Database } from '../database/database.js';
import { parameter } from '../database/statement.js';
import { removeOver } from '../database/remove-over.js';
import { addSeconds } from '../platform/clock.js';
import { NO_ID } from '../database/no-id.js';
import type { DeviceTokenSubject } from './device-token.js';
import { deviceTable } from './device.table.js';
import { SETTLED_AFTER } from './settled.js';

/** Devices that an account knows. Each has guesses of its own, so their number must be limited. */
const MOST_DEVICES = sql.raw(String(limits.devicesPerAccount.size.fixed));

/** A device that is known to the account which is guessed at. */
export interface KnownDevice {
  readonly id: string;
  /**
   * What its guesses are counted by: the account's slot that it has, not its id. Somebody with a stolen password may sign
   * in again and again as a new device. They get the guesses that are left in ten slots, and not new ones each time.
   */
  readonly budget: string;
  /** Since when the account has known it, in ISO 8601; null: since before this was written down. */
  readonly first_signed_in_at: string | null;
}

/** How long a settled device stays known after a change that forgets the others. */
const KEPT_FOR = sql.raw("interval '168 h'");

const now = parameter('now', 'timestamptz');
const BUDGET = sql`d.user_id || ':' || d.slot`;
/** A device from before this was written down counts as new, until it signs in again. */
const SETTLED = sql`d.first_signed_in_at <= ${now} - interval '${sql.raw(String(SETTLED_AFTER / 3600))} h'`;

/** The budgets that devices of an account can have: one for each slot. */
export function deviceBudgets(userId: string): readonly Pick<KnownDevice, 'budget'>[] {
  return Array.from({ length: limits.devicesPerAccount.size.fixed }, (_, slot) => ({
    budget: `${userId}:${slot + 1}`,
  }));
}

/** Values for the parameters of `knownDevice`. */
export function tokenValues(device: DeviceTokenSubject | null) {
  return { tokenUserId: device?.userId ?? NO_ID, tokenDeviceId: device?.deviceId ?? NO_ID };
}

/**
 * The device that a token speaks for, as a subquery `(id, budget, first_signed_in_at)`. It has no row if the device never
 * signed in to one of `users` (a table expression with `id` and `session_epoch`), or was forgotten. The token alone proves
 * nothing: the row can be taken away, and one that was written while all sign-ins were being ended is behind its user's
 * epoch. A device that was kept (`keepDevices`) is behind, too, and known for a while.
 */
export function knownDevice(users: SQL): SQL {
  return sql`
    SELECT d.id, ${BUDGET} AS budget, first_signed_in_at FROM devices d JOIN ${users} AS u ON u.id = d.user_id
    WHERE d.user_id = ${parameter('tokenUserId', 'uuid')} AND d.id = ${parameter('tokenDeviceId', 'uuid')}
      AND (epoch >= session_epoch OR kept_until > ${now}) LIMIT 1`;
}

/** Whether a row of users (by that name) knows the device that a token speaks for. */
export function knowsDevice(user: SQL): SQL {
  return sql`EXISTS (
      SELECT 1 FROM devices d WHERE d.user_id = ${user}.id AND d.user_id = ${parameter('tokenUserId', 'uuid')}
        AND d.id = ${parameter('tokenDeviceId', 'uuid')} AND (d.epoch >= ${user}.session_epoch OR d.kept_until > ${now}))`;
}

/** The budget of a device, as a subquery `(budget)`; empty if the user does not know it (any more). */
export function deviceBudget({ userId, deviceId }: { userId: SQL; deviceId: SQL }): SQL {
  return sql`SELECT ${BUDGET} AS budget FROM devices d WHERE d.user_id = ${userId} AND d.id = ${deviceId} LIMIT 1`;
}

/** The account of a number, as a table expression: an unverified number makes no device known to its account. */
export function ownerOf(phoneNumber: SQL): SQL {
  return sql`(SELECT id, session_epoch FROM users WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NOT NULL)`;
}

/** The same of an email address, in small letters. */
export function ownerOfAddress(address: SQL): SQL {
  return sql`(SELECT id, session_epoch FROM users WHERE lower(email) = ${address} AND email_verified_at IS NOT NULL)`;
}

/**
 * The slot that a device gets with its user (an expression): its own, a free one, or that of another device. A thief who
 * signs in as ten new devices must not push out those that the owner has had for long. So the newer devices go first, and
 * among them the one that was not used for longest.
 */
function slotFor(userId: SQL, deviceId: SQL): SQL {
  return sql`(
      SELECT place FROM generate_series(1, ${MOST_DEVICES}) place LEFT JOIN devices d ON d.user_id = ${userId} AND slot = place
      ORDER BY id IS NOT DISTINCT FROM ${deviceId} DESC, id IS NULL DESC, ${SETTLED} IS TRUE, last_signed_in_at, place LIMIT 1
    )`;
}

/**
 * Makes the device known to the account that it has just signed in to. It keeps its slot, takes a free one, or takes
 * that of another one. Two that do so at the same moment meet at the row, and the second
 * one stays. `sessions` is the table expression (with `user_id` and `epoch`) that began the session. So this comes after
 * the session: statements that take several devices or sessions of a user have the user's row first (docs/decisions/0022).
 * Its parameters are among those of `beginSession`. Returns `user_id, slot`.
 */
export function rememberDevice(sessions: SQL): SQL {
  const deviceId = parameter('deviceId', 'uuid');
  return sql`
    INSERT INTO devices AS known (user_id, slot, id, epoch, last_signed_in_at, first_signed_in_at)
    SELECT begun.user_id, ${slotFor(sql`begun.user_id`, deviceId)}, ${deviceId}, begun.epoch, ${now}, ${now}
    FROM ${sessions} AS begun
    ON CONFLICT (user_id, slot) DO UPDATE SET id = excluded.id, epoch = excluded.epoch,
      last_signed_in_at = excluded.last_signed_in_at, kept_until = NULL,
      first_signed_in_at = CASE WHEN known.id = excluded.id THEN coalesce(known.first_signed_in_at, known.last_signed_in_at)
        ELSE excluded.first_signed_in_at END
    RETURNING user_id, slot`;
}

/**
 * The same for a device that the account knew a moment ago, as an update, which costs a part of it. One that was forgotten in the
 * meantime stays forgotten.
 */
export function renewDevice(sessions: SQL): SQL {
  return sql`
    UPDATE devices d SET epoch = begun.epoch, last_signed_in_at = ${now}, kept_until = NULL,
      first_signed_in_at = coalesce(d.first_signed_in_at, d.last_signed_in_at)
    FROM ${sessions} AS begun WHERE d.user_id = begun.user_id AND d.id = ${parameter('deviceId', 'uuid')}`;
}

/** Forgets every device of the users that `users` (a subquery of ids) holds, but for `except` (an expression). */
export function forgetDevices(users: SQL, except: SQL): SQL {
  return sql`DELETE FROM devices WHERE user_id IN (${users}) AND id IS DISTINCT FROM ${except}`;
}

/**
 * Forgets the devices of the users that `users` (a subquery of ids) holds which the account has not known for seven days, but
 * for `except` (an expression).
 */
export function forgetYoungDevices(users: SQL, except: SQL): SQL {
  return sql`
    DELETE FROM devices d WHERE d.user_id IN (${users}) AND d.id IS DISTINCT FROM ${except} AND NOT (${SETTLED})`;
}

/** What `keepDevices` leaves alone, because another part of the statement writes that row. */
export interface SparedDevice {
  /** A condition on a row `d`. */
  readonly is: SQL;
}

/** The device of the session that goes on: the statement raises its epoch. */
export function deviceOfSession(deviceId: SQL): SparedDevice {
  return { is: sql`d.id IS NOT DISTINCT FROM ${deviceId}` };
}

/**
 * The device that `rememberDevice` remembers in the same statement, or the one that it replaces: the part `remembered` holds
 * what it returned.
 */
export function deviceIn(remembered: SQL): SparedDevice {
  return { is: sql`d.slot = (SELECT slot FROM ${remembered})` };
}

export const NO_DEVICE: SparedDevice = { is: sql`false` };

/**
 * What a change of number, email address or password does to the account's devices, as two parts of its statement. A thief
 * may have made the change, and a thief's device is new. So the devices that the account has known for seven days stay
 * known for seven more, and their owner can take the change back from them. The others are forgotten.
 *
 * `changed` is the part (with `id` and `session_epoch`) that raised the epoch by one. So a kept device is behind it. A second
 * change does not keep it for longer.
 */
export function keepDevices(changed: SQL, spared: SparedDevice): SQL {
  const current = sql`epoch >= session_epoch - 1`;
  return sql`
    kept_devices AS (
      UPDATE devices d SET kept_until = CASE WHEN ${current} THEN ${now} + ${KEPT_FOR} ELSE kept_until END FROM ${changed} AS c
      WHERE user_id = c.id AND NOT ${spared.is} AND ${SETTLED} AND (${current} OR kept_until > ${now}) RETURNING d.id
    ),
    forgotten_devices AS (
      DELETE FROM devices d USING ${changed} AS c
      WHERE user_id = c.id AND NOT ${spared.is} AND d.id NOT IN (SELECT id FROM kept_devices)
    )`;
}

export class DeviceRepository {
  readonly #db: Database;
  readonly #timeToLive: number;

  /** @param timeToLive seconds after its last sign-in that a device is known for. */
  constructor(db: Database, timeToLive: number) {
    this.#db = db;
    this.#timeToLive = timeToLive;
  }

  /** Removes up to `most` devices whose tokens have expired. */
  removeOver(now: Date, most: number): Promise<number> {
    const { lastSignedInAt } = deviceTable;
    const over = lt(lastSignedInAt, addSeconds(now, -this.#timeToLive));
    return removeOver(this.#db, { table: deviceTable, over, oldestBy: lastSignedInAt, most });
  }
}
