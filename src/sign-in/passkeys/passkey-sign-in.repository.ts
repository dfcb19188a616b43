import { sql } from 'drizzle-orm';
import type { Database } from '../../database/database.js';
import { rowFromJson } from '../../database/rows.js';
import { parameter, Statement } from '../../database/statement.js';
import { type KnownDevice, knownDevice, rememberDevice, tokenValues } from '../../devices/device.repository.js';
import type { DeviceTokenSubject } from '../../devices/device-token.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import { noticeValues, queueNotices } from '../../notices/queue-notices.js';
import { passkeyValues, type RightPasskey, spendPasskey } from '../../passkeys/passkey-fragments.js';
import { type PasskeyRow, passkeyTable } from '../../passkeys/passkey.table.js';
import {
  beginSession,
  endSurplus,
  type NewSession,
  recordSignInAndSurplus,
  sessionValues,
} from '../../sessions/session-fragments.js';
import { unlocked } from '../../users/account-lock.js';
import { readUser } from '../../users/read-user.js';
import type { User } from '../../users/user.js';
import { usedByPasskey } from '../used-now.js';

/** A passkey, its account, and the device that the client already is to the account. */
export interface FoundPasskey {
  readonly passkey: PasskeyRow;
  readonly user: User;
  readonly knownDevice: KnownDevice | null;
}

export interface PasskeySignIn extends RightPasskey {
  readonly user: Pick<User, 'id'>;
  readonly session: NewSession;
  /** Days without use after which the account counts as asleep; 0: never. */
  readonly dormantAfter: number;
  readonly notices: readonly PreparedNotice[];
}

export type PasskeyResult =
  | { readonly kind: 'signed_in'; readonly user: User }
  /** The challenge was answered before. */
  | { readonly kind: 'spent' }
  /** The passkey or its account is not as it was found, or its counter did not go on. */
  | { readonly kind: 'not_as_found' };

export class PasskeySignInRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Null: no account has this passkey. */
  async find(credentialId: string, device: DeviceTokenSubject | null, now: Date): Promise<FoundPasskey | null> {
    const [row] = await find.run(this.#db, { credentialId, now, ...tokenValues(device) });
    if (!row) return null;
    const { passkey, person, city, known: knownDevice } = row;
    return { passkey: rowFromJson(passkeyTable, passkey), user: readUser(person, city), knownDevice };
  }

  /** Spends the challenge, writes down that the passkey was used, and begins the session. */
  async signIn({ user, session, notices, dormantAfter, ...right }: PasskeySignIn): Promise<PasskeyResult> {
    const values = {
      userId: user.id,
      dormantAfter,
      ...passkeyValues(right),
      ...sessionValues(session),
      ...noticeValues(notices),
    };
    const [row] = await signIn.run(this.#db, values);
    if (row?.person) return { kind: 'signed_in', user: readUser(row.person, row.city) };
    return { kind: row?.holds ? 'spent' : 'not_as_found' };
  }
}

interface FoundRow {
  readonly passkey: Record<string, unknown>;
  readonly person: Record<string, unknown>;
  readonly city: Record<string, unknown> | null;
  readonly known: KnownDevice | null;
}

/** It locks nothing. Raw, because the device is looked up by a fragment of another room. */
const find = new Statement<
  FoundRow,
  { readonly credentialId: string; readonly now: Date } & ReturnType<typeof tokenValues>
>(
  'passkeys: find',
  sql`
    WITH passkey AS (SELECT * FROM passkeys WHERE credential_id = ${parameter('credentialId', 'text')}),
    person AS (SELECT u.* FROM users u JOIN passkey ON passkey.user_id = u.id),
    known AS (${knownDevice(sql`person`)})
    SELECT to_jsonb(passkey) AS passkey, to_jsonb(person) AS person, to_jsonb(cities) AS city,
      (SELECT to_jsonb(known) FROM known) AS known
    FROM passkey CROSS JOIN person LEFT JOIN cities ON cities.id = person.location_id`,
);

interface SignInRow {
  /** Whether the passkey and its account were as they were found. */
  readonly holds: boolean;
  readonly person: Record<string, unknown> | null;
  readonly city: Record<string, unknown> | null;
}

/** The user's row is locked first. Raw, because the builder cannot write to several tables from what the parts before returned. */
const signIn = new Statement<
  SignInRow,
  { readonly userId: string; readonly dormantAfter: number } & ReturnType<typeof passkeyValues> &
    ReturnType<typeof sessionValues> &
    ReturnType<typeof noticeValues>
>(
  'passkeys: sign in',
  sql`
    WITH account AS (
      SELECT id FROM users WHERE id = ${parameter('userId', 'uuid')} AND ${unlocked(sql`users`)} FOR NO KEY UPDATE
    ),
    ${spendPasskey(sql`SELECT id FROM account`)},
    person AS (
      UPDATE users SET ${usedByPasskey} FROM used WHERE users.id = (SELECT id FROM account) RETURNING users.*
    ),
    session AS (${beginSession(sql`person`)}),
    device AS (${rememberDevice(sql`session`)}),
    surplus AS (${endSurplus(sql`device`)}),
    event AS (${recordSignInAndSurplus(sql`session`, sql`surplus`)}),
    told AS (${queueNotices(sql`EXISTS (SELECT 1 FROM session)`)})
    SELECT EXISTS (SELECT 1 FROM passkey) AS holds, to_jsonb(person) AS person, to_jsonb(cities) AS city
    FROM (SELECT 1) one LEFT JOIN person ON true LEFT JOIN cities ON cities.id = person.location_id`,
);
