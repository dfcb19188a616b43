import postgres from 'postgres';
import type { TableSize } from './flatness.js';
import type { Journal } from './journal.js';
import { OTHERS, REGISTERED } from './soak-load.js';

/** Minutes. Rows of messages and ended sessions live for two, then they are made old. Housekeeping needs up to two more. */
const AGE_AFTER = 2;
const GONE_AFTER = 5;

const USERS = REGISTERED + OTHERS;
/** By limit and number. Some more belong to client networks, countries and all together. */
const BUDGETS = 2 * OTHERS + 50;
const DEVICES_PER_USER = 10;
/** All clients are in one network: of it, of the one around it, and of all together, by slots of 25 seconds. */
const FAILURE_SLOTS = 3 * 40;
/** By country, provider and channel; two days if a run goes over midnight. */
const SEND_DAYS = 2 * 2;

/** Operations that write a row of these tables each. */
const WRITTEN_BY = { messages: ['requestOtp'], sessions: ['login', 'verifyOtp'] } as const;

/** Sizes of all tables, and how large each may be. */
export class SoakTables {
  readonly #sql: postgres.Sql;
  readonly #journal: Journal;
  /** Rows before the load. Tables of which nothing else is known must not grow. */
  #before = new Map<string, number>();
  /** Rows that were written until the end of each minute. */
  readonly #written: Record<keyof typeof WRITTEN_BY, number>[] = [];

  private constructor(sql: postgres.Sql, journal: Journal) {
    this.#sql = sql;
    this.#journal = journal;
  }

  /** Call it before the load begins. */
  static async open(url: string, journal: Journal): Promise<SoakTables> {
    const tables = new SoakTables(postgres(url, { max: 1, onnotice: () => undefined }), journal);
    tables.#before = await tables.#count();
    tables.#note();
    return tables;
  }

  /** At the end of a minute. */
  async sizes(): Promise<TableSize[]> {
    const rows = await this.#count();
    this.#note();
    await this.#makeOld();
    return [...rows].map(([name, count]) => ({ name, rows: count, most: this.#most(name) }));
  }

  close(): Promise<void> {
    return this.#sql.end();
  }

  /** Messages are kept for a month and ended sessions for a day, which is longer than the run. */
  async #makeOld(): Promise<void> {
    const since = new Date(Date.now() - AGE_AFTER * 60_000);
    await this.#sql`
      UPDATE messages SET created_at = created_at - interval '31 days'
      WHERE created_at < ${since} AND created_at > ${since}::timestamptz - interval '1 day'`;
    await this.#sql`
      UPDATE sessions SET ended_at = ended_at - interval '2 days'
      WHERE ended_at < ${since} AND ended_at > ${since}::timestamptz - interval '1 day'`;
  }

  #most(table: string): number {
    const before = this.#before.get(table) ?? 0;
    if (table === 'messages' || table === 'sessions') return before + this.#lately(table);
    const most: Record<string, number> = {
      users: USERS,
      otp_challenges: OTHERS,
      devices: USERS * DEVICES_PER_USER,
      guess_budgets: USERS,
      rate_budgets: BUDGETS,
      failure_counts: FAILURE_SLOTS,
      send_days: SEND_DAYS,
    };
    return most[table] ?? before;
  }

  #note(): void {
    const written = (operations: readonly string[]) =>
      operations.reduce((sum, operation) => sum + this.#journal.answersTo(operation), 0);
    this.#written.push({ messages: written(WRITTEN_BY.messages), sessions: written(WRITTEN_BY.sessions) });
  }

  /** Rows that were written within the last minutes. */
  #lately(table: keyof typeof WRITTEN_BY): number {
    const [now, then] = [this.#written.at(-1), this.#written.at(-1 - GONE_AFTER) ?? this.#written[0]];
    return (now?.[table] ?? 0) - (then?.[table] ?? 0);
  }

  async #count(): Promise<Map<string, number>> {
    const tables = await this.#sql<{ name: string }[]>`
      SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`;
    const counts = new Map<string, number>();
    for (const { name } of tables) {
      const [row] = await this.#sql<{ count: number }[]>`SELECT count(*)::int AS count FROM ${this.#sql(name)}`;
      counts.set(name, row?.count ?? 0);
    }
    return counts;
  }
}
