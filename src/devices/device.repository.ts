import { type SQL, sql } from 'drizzle-orm';
import { limits } from '../budgets/limits.js';
import { type Database, instant } from '../database/database.js';
import { addSeconds } from '../platform/clock.js';
import type { DeviceTokenSubject } from './device-token.js';

/** Devices that an account knows. Each has guesses of its own, so there must not be any number of them. */
const MOST_DEVICES = limits.devicesPerAccount.size.fixed;

/** A device that the account which is guessed at knows. */
export interface KnownDevice {
  readonly id: string;
  /**
   * What its guesses are counted by: the account's slot that it has, not its id. Whoever signs in again and again as a new
   * device, with a stolen password, gets the guesses that are left in ten slots, and not new ones each time.
   */
  readonly budget: string;
}

const BUDGET = sql`d.user_id || ':' || d.slot`;

/**
 * The device that a token speaks for, as a subquery `(id, budget, account)`: one row, or none if it never signed in to one of
 * `users` (a table expression with `id` and `session_epoch`), or was forgotten. The token alone proves nothing: the row can
 * be taken away, and one that was written while all sign-ins were being ended is behind its user's epoch.
 */
export function knownDevice(device: DeviceTokenSubject | null, users: SQL): SQL {
  return sql`
    SELECT d.id, ${BUDGET} AS budget, d.user_id::text AS account FROM devices d JOIN ${users} AS known_user ON known_user.id = d.user_id
    WHERE d.user_id = ${device?.userId ?? null}::uuid AND d.id = ${device?.deviceId ?? null}::uuid
      AND d.epoch >= known_user.session_epoch LIMIT 1`;
}

/** The budget of a device, as a subquery; empty if the user does not know it (any more). */
export function deviceBudget({ userId, deviceId }: { userId: string; deviceId: string | null }): SQL {
  return sql`SELECT ${BUDGET} FROM devices d WHERE d.user_id = ${userId}::uuid AND d.id = ${deviceId}::uuid LIMIT 1`;
}

/** Whose number it is, as a table expression: a number that was only claimed makes no device known to its owner. */
export function ownerOf(phoneNumber: string | SQL): SQL {
  return sql`(SELECT id, session_epoch FROM users WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NOT NULL)`;
}

/**
 * Makes the device known to the account that it has just signed in to. It keeps its slot, takes a free one, or takes
 * that of the device which was not used for longest: two that do so at the same moment meet at the row, and the second
 * one stays. `sessions` is the table expression (with `user_id` and `epoch`) that the session was begun by: so it comes
 * after the session, and whoever takes several devices or sessions of a user has the user's row first (docs/decisions/0022).
 */
export function rememberDevice({ deviceId, now }: { deviceId: string; now: Date }, sessions: SQL): SQL {
  return sql`
    INSERT INTO devices (user_id, slot, id, epoch, last_signed_in_at)
    SELECT begun.user_id, (
      SELECT place FROM generate_series(1, ${MOST_DEVICES}::int) AS place
      LEFT JOIN devices d ON d.user_id = begun.user_id AND d.slot = place
      ORDER BY d.id IS NOT DISTINCT FROM ${deviceId}::uuid DESC, d.last_signed_in_at NULLS FIRST, place LIMIT 1
    ), ${deviceId}::uuid, begun.epoch, ${instant(now)}
    FROM ${sessions} AS begun
    ON CONFLICT (user_id, slot) DO UPDATE SET id = excluded.id, epoch = excluded.epoch,
      last_signed_in_at = excluded.last_signed_in_at`;
}

/** Forgets every device of the users that `users` (a subquery of ids) holds, but for `except` (an expression). */
export function forgetDevices(users: SQL, except: SQL): SQL {
  return sql`DELETE FROM devices WHERE user_id IN (${users}) AND id IS DISTINCT FROM (${except})::uuid`;
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
  async removeOver(now: Date, most: number): Promise<number> {
    const before = instant(addSeconds(now, -this.#timeToLive));
    const removed = await this.#db.execute(sql`
      DELETE FROM devices WHERE (user_id, slot) IN (
        SELECT user_id, slot FROM devices WHERE last_signed_in_at < ${before} LIMIT ${most} FOR UPDATE SKIP LOCKED
      )`);
    return removed.count;
  }
}
