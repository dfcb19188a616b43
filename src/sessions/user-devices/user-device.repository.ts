import { sql } from 'drizzle-orm';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';

/** A device that an account knows, as its user and administrators see it. */
export interface UserDevice {
  readonly id: string;
  readonly userId: string;
  readonly firstSignedInAt: Date;
  readonly lastSignedInAt: Date;
  /** Of its latest session that is still kept; null: there is none, or it said nothing. */
  readonly userAgent: string | null;
}

export class UserDeviceRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The devices that the users' accounts know, the latest used first. */
  async list(userIds: readonly string[], now: Date): Promise<UserDevice[]> {
    const rows = await listDevices.run(this.#db, { userIds, now });
    return rows.map(({ id, user_id, first, last, user_agent }) => ({
      ...{ id, userId: user_id, userAgent: user_agent },
      firstSignedInAt: new Date(first),
      lastSignedInAt: new Date(last),
    }));
  }
}

interface DeviceRow {
  readonly id: string;
  readonly user_id: string;
  readonly first: string;
  readonly last: string;
  readonly user_agent: string | null;
}

/**
 * Raw, because the builder has no subquery for a row of a join. A device is known as in `knownDevice` (devices/). Of a device
 * from before its first sign-in was written down, the latest stands for the first.
 */
const listDevices = new Statement<DeviceRow, { readonly userIds: readonly string[]; readonly now: Date }>(
  'sessions: devices',
  sql`
    SELECT d.id, d.user_id, coalesce(d.first_signed_in_at, d.last_signed_in_at) AS first, d.last_signed_in_at AS last,
      s.user_agent
    FROM users u JOIN devices d ON d.user_id = u.id LEFT JOIN LATERAL (
      SELECT user_agent FROM sessions WHERE sessions.user_id = u.id AND sessions.device_id = d.id
      ORDER BY last_used_at DESC LIMIT 1
    ) s ON true
    WHERE u.id = ANY(${parameter('userIds', 'uuid[]')})
      AND (d.epoch >= u.session_epoch OR d.kept_until > ${parameter('now', 'timestamptz')})
    ORDER BY d.last_signed_in_at DESC, d.slot`,
);
