import type postgres from 'postgres';
import type { TableSize } from '../flatness.js';
import type { Crowd } from './crowd.js';
import type { Tally } from './tally.js';

/** Minutes. Rows of messages and ended sessions live for so long, then they are made old. Housekeeping needs up to two more. */
const AGE_AFTER = 5;
const GONE_AFTER = 9;
const DEVICES_PER_USER = 10;
/** An account's sessions are ended beyond some; a few more begin in one visit, and those of calls without an answer stay. */
const SESSIONS_PER_USER = 8;
/** Rows of what people share: client networks, countries, and all together. */
const SHARED = 1_500;
const SPARE = 50;
/** One call makes a few: an account, a verified number, a session. */
const MOST_EVENTS = 3;
const CHANGES = [
  ...['requestOtp', 'register', 'login', 'verifyOtp', 'logout', 'logoutEverywhere'],
  ...['updateProfile', 'changePhoneNumber', 'deleteAccount'],
];

interface Written {
  readonly signIns: number;
  readonly messages: number;
  readonly guesses: number;
}

interface TablesParts {
  readonly tally: Tally;
  readonly crowd: Crowd;
  readonly people: number;
}

/** Sizes of all tables, and how large each may be. Tables of which nothing else is known must not grow. */
export class Tables {
  readonly #parts: TablesParts;
  #before: ReadonlyMap<string, number> | null = null;
  /** Until the end of each minute. */
  readonly #written: Written[] = [];

  constructor(parts: TablesParts) {
    this.#parts = parts;
  }

  /** Before the load begins, and at the end of each minute. */
  async sizes(sql: postgres.Sql): Promise<TableSize[]> {
    const rows = await countRows(sql);
    this.#before ??= rows;
    this.#note();
    await makeOld(sql);
    const most = this.#most();
    return [...rows].map(([name, count]) => ({
      name,
      rows: count,
      most: most[name] ?? this.#before?.get(name) ?? 0,
    }));
  }

  #note(): void {
    const { tally } = this.#parts;
    const signIns = tally.count('login', 'verifyOtp', 'register');
    // A notice may come with each of them.
    const messages = tally.count('requestOtp', 'login', 'verifyOtp', 'changePhoneNumber', 'deleteAccount');
    this.#written.push({ signIns, messages, guesses: tally.count('login', 'verifyOtp', 'changePhoneNumber') });
  }

  #lately(kind: keyof Written): number {
    const [now, then] = [this.#written.at(-1), this.#written.at(-1 - GONE_AFTER) ?? this.#written[0]];
    return (now?.[kind] ?? 0) - (then?.[kind] ?? 0);
  }

  #most(): Record<string, number> {
    const { tally, crowd, people } = this.#parts;
    const noAnswer = [...tally.failures.values()].reduce((sum, count) => sum + count, 0);
    const users = people + crowd.uncertain.length + noAnswer + SPARE;
    const changes = tally.count(...CHANGES);
    return {
      users,
      sessions: users * SESSIONS_PER_USER + this.#lately('signIns'),
      devices: users * DEVICES_PER_USER,
      messages: this.#lately('messages') + SPARE,
      // For signing in and for a new number. Kept for a day.
      otp_challenges: 2 * crowd.numbers,
      number_pauses: crowd.numbers,
      guess_budgets: tally.count('login', 'verifyOtp'),
      rate_budgets: 6 * crowd.numbers + SHARED,
      failure_counts: 4 * this.#lately('guesses') + SPARE,
      audit_failures: 2 * this.#lately('guesses') + SPARE,
      number_changes: tally.count('changePhoneNumber'),
      send_days: SPARE,
      // These are kept for days or longer, so they grow with what is done, and with nothing else.
      code_requests: tally.count('requestOtp'),
      audit_events: MOST_EVENTS * changes,
      events: MOST_EVENTS * changes,
      event_deliveries: tally.count('register', 'verifyOtp'),
    };
  }
}

/** Messages are kept for a month and ended sessions for a day, which is longer than the run. */
async function makeOld(sql: postgres.Sql): Promise<void> {
  const since = new Date(Date.now() - AGE_AFTER * 60_000);
  await sql`
    UPDATE messages SET created_at = created_at - interval '31 days'
    WHERE created_at < ${since} AND created_at > ${since}::timestamptz - interval '1 day' AND status <> 'queued'`;
  await sql`
    UPDATE sessions SET ended_at = ended_at - interval '2 days'
    WHERE ended_at < ${since} AND ended_at > ${since}::timestamptz - interval '1 day'`;
}

async function countRows(sql: postgres.Sql): Promise<Map<string, number>> {
  const tables = await sql<{ name: string }[]>`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`;
  const counts = new Map<string, number>();
  for (const { name } of tables) {
    const [row] = await sql<{ count: number }[]>`SELECT count(*)::int AS count FROM ${sql(name)}`;
    counts.set(name, row?.count ?? 0);
  }
  return counts;
}
