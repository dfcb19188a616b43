import { eq, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../../audit/origin.js';
import { actorValues, recordAct } from '../../audit/record-event.js';
import {
  type Payment,
  paymentValues,
  readSpent,
  type SpentRow,
  spend,
  spentRows,
} from '../../budgets/rate-budget.repository.js';
import type { SpentSlots } from '../../budgets/rate-budget.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { type Role, userTable } from '../../users/user.table.js';

/** Whose limits a number has. */
export interface NumberOwner {
  /** The account that verified the number; null: none has. */
  readonly userId: string | null;
  /** The highest role of the accounts with the number. */
  readonly role: Role;
}

export interface Clearing {
  readonly now: Date;
  readonly actor: Actor;
  readonly userId: string | null;
  readonly phoneNumber: string;
  /** What clearing spends. */
  readonly payment: Payment;
  /** Subjects of guess budgets. */
  readonly guesses: readonly string[];
  /** Keys of rate budgets. */
  readonly sends: readonly string[];
  /** Wrong guesses within 24 hours that keep a lock. */
  readonly perDay: number;
}

export type Cleared =
  | { readonly kind: 'cleared'; readonly locks: number; readonly sends: readonly string[] }
  /** The number's limits were cleared too often today. */
  | { readonly kind: 'spent'; readonly spent: ReadonlyMap<string, SpentSlots> };

type ClearingValues = ReturnType<typeof actorValues> &
  Pick<Clearing, 'now' | 'userId' | 'phoneNumber' | 'guesses' | 'sends' | 'perDay'> & {
    readonly payments: object;
    readonly key: readonly string[];
  };

interface ClearingRow {
  readonly paid: boolean;
  readonly locks: number;
  readonly sends: readonly string[] | null;
  readonly spent: readonly SpentRow[];
}

const now = parameter('now', 'timestamptz');
const guesses = parameter('guesses', 'text[]');

/** Whether a day of wrong guesses is not spent, by the column `failures`. */
const dayLeft = (failures: SQL) =>
  sql`(SELECT count(*) FROM unnest(${failures}) f WHERE f > ${now} - interval '24 hours') < ${parameter('perDay', 'int')}`;

/**
 * A lock ends now, and what was guessed before it counts towards no later lock. It still counts towards the day's limit: a
 * lock because that is spent stays, and so do the limits on codes, since each text allows one more first guess. Raw: it writes into three tables, or into none where the budget of clearing is spent.
 */
const clear = new Statement<ClearingRow, ClearingValues>(
  'clear limits',
  sql`
    WITH paid AS (${spend()}),
    locks AS (
      UPDATE guess_budgets SET locked_until = ${now}, lock_level = 0, lock_counted = false
      WHERE subject = ANY(${guesses}) AND locked_until > ${now} AND EXISTS (SELECT 1 FROM paid)
        AND ${dayLeft(sql`failures`)}
      RETURNING subject
    ),
    held AS (
      SELECT key FROM rate_budgets WHERE key = ANY(${parameter('sends', 'text[]')}) AND EXISTS (SELECT 1 FROM paid)
        AND NOT EXISTS (SELECT 1 FROM guess_budgets g WHERE g.subject = ANY(${guesses}) AND NOT ${dayLeft(sql`g.failures`)})
      ORDER BY key FOR UPDATE
    ),
    sends AS (DELETE FROM rate_budgets WHERE key IN (SELECT key FROM held) RETURNING key),
    event AS (${recordAct(
      { kind: 'limits_cleared', phoneNumber: parameter('phoneNumber', 'text'), details: sql`u.details` },
      sql`(SELECT ${parameter('userId', 'uuid')} AS id, jsonb_build_object('locks', (SELECT count(*) FROM locks),
        'sends', (SELECT count(*) FROM sends)) AS details FROM paid)`,
    )})
    SELECT EXISTS (SELECT 1 FROM paid) AS paid, (SELECT count(*) FROM locks)::int AS locks, (SELECT jsonb_agg(key) FROM sends) AS sends,
      ${spentRows(parameter('key', 'text[]'))} AS spent`,
);

export class ClearLimitsRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Everybody who was registered with a number, whoever verified it. */
  async look(phoneNumber: string): Promise<NumberOwner> {
    const { id, role, phoneVerifiedAt } = userTable;
    const rows = await this.#db
      .select({ id, role, verifiedAt: phoneVerifiedAt })
      .from(userTable)
      .where(eq(userTable.phoneNumber, phoneNumber));
    return {
      userId: rows.find(({ verifiedAt }) => verifiedAt !== null)?.id ?? null,
      role: rows.find((row) => row.role !== 'USER')?.role ?? 'USER',
    };
  }

  async clear({ actor, payment, ...clearing }: Clearing): Promise<Cleared> {
    const payments = paymentValues([payment], clearing.now);
    const [row] = await clear.run(this.#db, { ...clearing, ...actorValues(actor), payments, key: [payment.key] });
    if (!row) throw new Error('Clearing limits returned no row.');
    if (!row.paid) return { kind: 'spent', spent: readSpent(row.spent) };
    return { kind: 'cleared', locks: row.locks, sends: row.sends ?? [] };
  }
}
