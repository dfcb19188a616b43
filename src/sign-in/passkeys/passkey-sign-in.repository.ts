import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database/database.js';
import { rowFromJson } from '../../database/rows.js';
import { parameter, Statement } from '../../database/statement.js';
import {
  type KnownDevice,
  knownDevice,
  rememberDevice,
  renewDevice,
  tokenValues,
} from '../../devices/device.repository.js';
import type { DeviceTokenSubject } from '../../devices/device-token.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import { noticeValues, queueNotices } from '../../notices/queue-notices.js';
import { passkeyValues, type RightPasskey, spendPasskey } from '../../passkeys/passkey-fragments.js';
import { type PasskeyRow, passkeyTable } from '../../passkeys/passkey.table.js';
import {
  beginSession,
  endSurplus,
  livingSessions,
  type NewSession,
  recordSignIn,
  recordSignInAndSurplus,
  sessionValues,
} from '../../sessions/session-fragments.js';
import { unlocked } from '../../users/account-lock.js';
import { readUser } from '../../users/read-user.js';
import type { User } from '../../users/user.js';
import { usedByPasskey, usedWithoutNumber } from '../used-now.js';

/** A passkey, its account, and the device that the client already is to the account. */
export interface FoundPasskey {
  readonly passkey: PasskeyRow;
  readonly user: User;
  readonly knownDevice: KnownDevice | null;
  /** How many the account has. */
  readonly livingSessions: number;
}

export interface PasskeySignIn extends RightPasskey, Omit<FoundPasskey, 'passkey'> {
  readonly session: NewSession;
  /** Days without use after which the account counts as asleep; 0: never. */
  readonly dormantAfter: number;
  readonly notices: readonly PreparedNotice[];
}

export type PasskeyResult =
  | { readonly kind: 'signed_in'; readonly user: User }
  /** The passkey or its account is not as it was found, its counter did not go on, or it has answered the challenge before. */
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
    return {
      ...{ passkey: rowFromJson(passkeyTable, row.passkey), user: readUser(row.person, row.city) },
      ...{ knownDevice: row.known, livingSessions: row.living_sessions },
    };
  }

  /** Spends the challenge, writes down that the passkey was used, and begins the session. */
  async signIn(found: PasskeySignIn): Promise<PasskeyResult> {
    const { user, session, notices, dormantAfter } = found;
    const values = { userId: user.id, ...passkeyValues(found), ...sessionValues(session) };
    // Where anything has changed since, the other statement judges it.
    if (isUsual(found) && (await signInAgain.run(this.#db, { ...values, ...asFound(user) })).length > 0)
      return { kind: 'signed_in', user: { ...user, lastUsedAt: session.now } };
    const [row] = await signIn.run(this.#db, { ...values, dormantAfter, ...noticeValues(notices) });
    if (!row) return { kind: 'not_as_found' };
    // The city is as it was when the account was looked at.
    return { kind: 'signed_in', user: { ...readUser(row.person, null), location: user.location } };
  }
}

/** On a device that the account knows, where no session is too many, no one is told, and no one else has claimed the account. */
function isUsual({ user, knownDevice, livingSessions, session, notices }: PasskeySignIn): boolean {
  const isQuiet = notices.length === 0 && user.claimedAt === null;
  return isQuiet && knownDevice !== null && livingSessions < session.mostSessions;
}

interface FoundRow {
  readonly passkey: Record<string, unknown>;
  readonly person: Record<string, unknown>;
  readonly city: Record<string, unknown> | null;
  readonly known: KnownDevice | null;
  readonly living_sessions: number;
}

/** It locks nothing. Raw, because the device is looked up by a fragment of another room. */
const find = new Statement<
  FoundRow,
  { readonly credentialId: string; readonly now: Date } & ReturnType<typeof tokenValues>
>(
  'passkeys: find',
  sql`
    SELECT row_to_json(passkey) AS passkey, row_to_json(person) AS person, row_to_json(cities) AS city, row_to_json(known) AS known,
      ${livingSessions(sql`person`)} AS living_sessions
    FROM passkeys passkey JOIN users person ON person.id = passkey.user_id
      LEFT JOIN cities ON cities.id = person.location_id
      LEFT JOIN LATERAL (${knownDevice(sql`(SELECT person.id, person.session_epoch)`)}) known ON true
    WHERE passkey.credential_id = ${parameter('credentialId', 'text')}`,
);

interface SignInRow {
  readonly person: Record<string, unknown>;
}

type SignInValues = { readonly userId: string } & ReturnType<typeof passkeyValues> & ReturnType<typeof sessionValues>;

/**
 * The parts that use the passkey and begin its session. The user's row is locked first.
 * @param holds whether that row is as it must be
 * @param used what changes in it
 */
const begun = ({ holds, used }: { readonly holds: SQL; readonly used: SQL }) => sql`
    WITH account AS (SELECT id FROM users WHERE id = ${parameter('userId', 'uuid')} AND ${holds} FOR NO KEY UPDATE),
    ${spendPasskey(sql`SELECT id FROM account`)},
    person AS (
      UPDATE users SET ${used} FROM used WHERE users.id = (SELECT id FROM account) RETURNING users.*
    ),
    session AS (${beginSession(sql`person`)})`;

/** Raw, as the next one is, because the builder cannot write to several tables from what the parts before returned. */
const signIn = new Statement<
  SignInRow,
  SignInValues & { readonly dormantAfter: number } & ReturnType<typeof noticeValues>
>(
  'passkeys: sign in',
  sql`${begun({ holds: unlocked(sql`users`), used: usedByPasskey })},
    device AS (${rememberDevice(sql`session`)}),
    surplus AS (${endSurplus(sql`device`)}),
    event AS (${recordSignInAndSurplus(sql`session`, sql`surplus`)}),
    told AS (${queueNotices(sql`EXISTS (SELECT 1 FROM session)`)})
    SELECT row_to_json(person) AS person FROM person`,
);

/** Every change of an account moves its `updatedAt`; whoever loses a session, a role or the account moves the epoch, too. */
const asFound = ({ sessionEpoch, updatedAt }: User) => ({ foundEpoch: sessionEpoch, foundUpdatedAt: updatedAt });

const isAsFound = sql`${unlocked(sql`users`)} AND claimed_at IS NULL
      AND session_epoch = ${parameter('foundEpoch', 'int')} AND updated_at = ${parameter('foundUpdatedAt', 'timestamptz')}`;

/**
 * The same for the usual sign-in (`isUsual`), if the account is as it was looked at. It takes two thirds of the time: PostgreSQL
 * prepares each part of a statement, whether or not it finds anything to do. Sessions that begin at the same moment are counted by
 * the next sign-in, as with the other statement.
 */
const signInAgain = new Statement<{ readonly id: string }, SignInValues & ReturnType<typeof asFound>>(
  'passkeys: sign in again',
  sql`${begun({ holds: isAsFound, used: usedWithoutNumber })},
    device AS (${renewDevice(sql`session`)}),
    event AS (${recordSignIn(sql`session`)})
    SELECT id FROM session`,
);
