import { sql } from 'drizzle-orm';
import { codesOf } from '../../budgets/guess-subject.js';
import type { SpentSlots } from '../../budgets/rate-budget.js';
import { readSpent, type SpentRow, spentRows } from '../../budgets/rate-budget.repository.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { isBelieved } from '../../messaging/refused-number.js';
import type { NumberRefusal } from '../../messaging/refused-number.table.js';
import type { SubjectHash } from '../../platform/subject-hash.js';
import type { ChallengePurpose } from '../../otp/otp-purpose.js';

/** What a request for a code by email is judged by: rows as they are, without a judgement. */
export interface EmailFacts {
  /** The account that verified the address. */
  readonly owner: { readonly locale: string | null } | null;
  /** The lock of the codes to this address. */
  readonly lockedUntil: Date | null;
  /** When a code for the same purpose was last sent. */
  readonly sentAt: Date | null;
  /** Why nothing arrives at the address, as far as mail servers said. */
  readonly refusal: NumberRefusal | null;
  readonly spent: ReadonlyMap<string, SpentSlots>;
}

export interface EmailFactsQuery {
  /** In small letters. */
  readonly address: string;
  /** The address as limits name it. */
  readonly hashed: SubjectHash;
  readonly purpose: ChallengePurpose;
  /** Keys of rate budgets. */
  readonly budgets: readonly string[];
  readonly now: Date;
}

const [address, now] = [parameter('address', 'text'), parameter('now', 'timestamptz')];

/** Raw: one row of facts from five tables, of which any may have none. Each part is a look-up by key. */
const look = new Statement<FactsRow, EmailFactsQuery & { readonly guesses: string }>(
  'requestEmailOtp: look',
  sql`
    SELECT u.id AS owner_id, u.locale, lock.locked_until, c.sent_at, refused.refusal,
      refused.expires_at AS refused_until, ${spentRows(parameter('budgets', 'text[]'))} AS spent
    FROM (SELECT 1) one
    LEFT JOIN users u ON lower(u.email) = ${address} AND u.email_verified_at IS NOT NULL
    LEFT JOIN guess_budgets lock ON lock.subject = ${parameter('guesses', 'text')} AND lock.locked_until > ${now}
    LEFT JOIN otp_challenges c ON c.phone_number = ${address} AND c.purpose = ${parameter('purpose', 'text')}
    LEFT JOIN refused_numbers refused ON refused.phone_number = ${parameter('hashed', 'text')} AND refused.channel = 'EMAIL'`,
);

interface FactsRow {
  readonly sent_at: string | null;
  readonly owner_id: string | null;
  readonly locale: string | null;
  readonly locked_until: string | null;
  readonly refusal: NumberRefusal | null;
  readonly refused_until: string | null;
  readonly spent: SpentRow[];
}

export async function lookForEmailFacts(db: Database, query: EmailFactsQuery): Promise<EmailFacts> {
  const [row] = await look.run(db, { ...query, guesses: codesOf(query.hashed, null) });
  if (!row) throw new Error('Looking for facts returned no row.');
  return {
    owner: row.owner_id === null ? null : { locale: row.locale },
    lockedUntil: dateOf(row.locked_until),
    sentAt: dateOf(row.sent_at),
    refusal: readRefusal(row, query.now),
    spent: readSpent(row.spent),
  };
}

function readRefusal({ refusal, refused_until }: FactsRow, now: Date): NumberRefusal | null {
  if (refusal === null || refused_until === null) return null;
  return isBelieved({ refusal, expiresAt: new Date(refused_until) }, now) ? refusal : null;
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
