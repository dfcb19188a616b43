import { type SQL, sql } from 'drizzle-orm';
import type { Actor, Origin } from '../../audit/origin.js';
import { actorValues, originValues, recordAct, recordEvent } from '../../audit/record-event.js';
import { codesOf } from '../../budgets/guess-subject.js';
import { countedAddress } from '../../budgets/email-budgets.js';
import { budgetsOfAddress, budgetsOfNumber } from '../../budgets/personal-budgets.js';
import { emailPurposes } from '../../otp/otp-purpose.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import type { AppSecrets } from '../../platform/app-secret.js';
import { subjectHash } from '../../platform/subject-hash.js';
import { destinationsOf, type Leaver, limitsOf, scopedToUser } from './belongings.js';
import { exportedRow, type PersonalData, type PersonalKind, personalTables, tableOf } from './personal-data.js';

/** Records of one kind, the latest. An account that is used for years has fewer of each. */
const MOST = sql.raw('10000');

/** The session of the owner who asks. */
export interface AskingOwner {
  readonly sessionId: string;
  readonly deviceId: string | null;
  readonly origin: Origin;
}

export class ExportRepository {
  readonly #db: Database;
  readonly #secrets: AppSecrets;

  constructor(db: Database, secrets: AppSecrets) {
    this.#db = db;
    this.#secrets = secrets;
  }

  /** Reads everything that is kept about the user who asks, and writes down that it was given out. */
  async read(user: Leaver, { origin, ...owner }: AskingOwner, now: Date): Promise<PersonalData> {
    const values = { ...owner, ...originValues(origin), ...this.#valuesOf(user, now) };
    return toPersonalData(await exportToOwner.run(this.#db, values), user);
  }

  /** For owners who cannot sign in: somebody else gives them what is kept. */
  async readFor(user: Leaver, actor: Actor, now: Date): Promise<PersonalData> {
    const values = { ...actorValues(actor), ...this.#valuesOf(user, now) };
    return toPersonalData(await exportByActor.run(this.#db, values), user);
  }

  #valuesOf(user: Leaver, now: Date): PersonalValues {
    const { own } = destinationsOf(user);
    const { phoneVerifiedAt, emailVerifiedAt } = user;
    const hashes = own.map((destination) => subjectHash(this.#secrets, destination));
    const { guesses, rates } = limitsOf(user);
    return {
      userId: user.id,
      ...{ own, hashes, phoneVerifiedAt, emailVerifiedAt, now },
      guesses: [...guesses, ...hashes.map((hash) => codesOf(hash, null))],
      rates: [...rates, ...own.flatMap((destination) => this.#budgetsOf(destination))],
    };
  }

  #budgetsOf(destination: string): readonly string[] {
    const hash = (subject: string) => subjectHash(this.#secrets, subject);
    return destination.includes('@')
      ? budgetsOfAddress(hash(countedAddress(destination)), emailPurposes)
      : budgetsOfNumber(hash(destination));
  }
}

interface KindRow {
  readonly kind: PersonalKind;
  readonly found: Record<string, unknown>[] | null;
}

function toPersonalData(rows: readonly KindRow[], user: Leaver): PersonalData {
  const byKind = new Map(rows.map(({ kind, found }) => [kind, found]));
  const kinds = Object.keys(personalTables) as PersonalKind[];
  const lists = kinds.map((kind) => [kind, (byKind.get(kind) ?? []).map((row) => exportedRow(kind, row, user.id))]);
  return Object.fromEntries(lists) as PersonalData;
}

interface PersonalValues extends Pick<Leaver, 'phoneVerifiedAt' | 'emailVerifiedAt'> {
  readonly userId: string;
  readonly now: Date;
  readonly own: readonly string[];
  readonly hashes: readonly string[];
  readonly guesses: readonly string[];
  readonly rates: readonly string[];
}

const userId = parameter('userId', 'uuid');
const own = parameter('own', 'text[]');
const hashes = parameter('hashes', 'text[]');
const ofUser = sql`user_id = ${userId}`;
const ofScope = scopedToUser(userId);

/** What came to a number or an address before the account verified it was for whoever had it then. */
const sinceVerified = (usedAt: SQL) => sql`
  phone_number = ANY(${own}) AND greatest(created_at, ${usedAt}) >= CASE WHEN phone_number LIKE '%@%'
    THEN ${parameter('emailVerifiedAt', 'timestamptz')} ELSE ${parameter('phoneVerifiedAt', 'timestamptz')} END`;

/** Which rows of each kind are about the user, the latest first. */
const about: Readonly<Record<PersonalKind, { readonly where: SQL; readonly latest: SQL }>> = {
  account: { where: sql`id = ${userId}`, latest: sql`id` },
  sessions: { where: ofUser, latest: sql`created_at DESC` },
  devices: { where: ofUser, latest: sql`slot` },
  // The array makes PostgreSQL look rows up by their index, whatever it knows of the table.
  codes: {
    where: sql`phone_number = ANY(ARRAY(SELECT unnest(${own}) UNION SELECT phone_number FROM otp_challenges WHERE ${ofScope}))
      AND (${sinceVerified(sql`consumed_at`)} OR ${ofScope})`,
    latest: sql`created_at DESC`,
  },
  messages: {
    where: sql`id = ANY(ARRAY(
      SELECT id FROM messages WHERE user_id IS NULL AND ${sinceVerified(sql`verified_at`)}
      UNION SELECT id FROM messages WHERE ${ofUser}
      UNION SELECT id FROM messages WHERE ${ofScope}))`,
    latest: sql`created_at DESC`,
  },
  numberChanges: { where: ofUser, latest: sql`changed_at DESC` },
  waitingSignIns: { where: ofUser, latest: sql`created_at DESC` },
  passkeys: { where: ofUser, latest: sql`slot` },
  unreachable: { where: sql`phone_number = ANY(${hashes})`, latest: sql`expires_at DESC` },
  wrongGuesses: { where: sql`subject = ANY(${parameter('guesses', 'text[]')})`, latest: sql`subject` },
  sends: { where: sql`key = ANY(${parameter('rates', 'text[]')})`, latest: sql`key` },
  pauses: { where: sql`number = ANY(${hashes})`, latest: sql`sent_at DESC` },
  codeRequests: {
    where: sql`number = ANY(${hashes}) AND at >= ${parameter('phoneVerifiedAt', 'timestamptz')}`,
    latest: sql`at DESC`,
  },
  events: { where: ofUser, latest: sql`at DESC` },
};

const lists = Object.entries(about).map(([kind, { where, latest }]) => {
  const table = sql.raw(tableOf(kind as PersonalKind));
  const rows = sql`SELECT * FROM ${table} WHERE ${where} ORDER BY ${latest} LIMIT ${MOST}`;
  return sql`SELECT ${sql.raw(`'${kind}'`)} AS kind, (SELECT jsonb_agg(to_jsonb(r)) FROM (${rows}) r) AS found`;
});

/** Raw: rows of fourteen tables as JSON, with the event that says who got them. */
const exportData = (event: SQL) => sql`WITH event AS (${event}) ${sql.join(lists, sql` UNION ALL `)}`;

const exportToOwner = new Statement<
  KindRow,
  PersonalValues & Omit<AskingOwner, 'origin'> & ReturnType<typeof originValues>
>(
  'leaving: export',
  exportData(
    recordEvent(
      { kind: 'data_exported', deviceId: parameter('deviceId', 'uuid') },
      sql`(SELECT ${parameter('sessionId', 'uuid')} AS id, ${userId} AS user_id)`,
    ),
  ),
);

const exportByActor = new Statement<KindRow, PersonalValues & ReturnType<typeof actorValues>>(
  'leaving: export for somebody',
  exportData(recordAct({ kind: 'data_exported' }, sql`(SELECT ${userId} AS id)`)),
);
