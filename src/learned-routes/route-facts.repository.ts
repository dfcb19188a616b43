import { eq, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { addSeconds } from '../platform/clock.js';
import type { ProviderName } from '../providers/message-sender.js';
import { keyOf } from './candidates.js';
import {
  type CodeResults,
  learn,
  memories,
  type ProviderFacts,
  type RouteTarget,
  unknownFacts,
} from './route-facts.js';
import { routeFactsTable } from './route-facts.table.js';
import { ROUTING } from './route-parameters.js';
import { routeWatchTable } from './route-watch.table.js';

/** The facts of one provider for one target. */
export interface KnownFacts extends RouteTarget {
  readonly provider: ProviderName;
  readonly facts: ProviderFacts;
}

/** A span of time whose codes are counted together. */
export interface Span {
  readonly from: Date;
  readonly until: Date;
}

/** Seconds of one span at most, after a time in which no process counted. */
const LONGEST_SPAN = 3_600;
/** Codes that are older teach nothing any more: how a provider was before the service stood still. */
const OLDEST = 21_600;
const WATCH = 1;

/** What all processes know of the providers: each code is counted once, by whichever process looks first. */
export class RouteFactsRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async all(db: Database = this.#db): Promise<readonly KnownFacts[]> {
    const rows = await db.select().from(routeFactsTable);
    const known = new Map<string, KnownFacts>();
    for (const { channel, country, provider, memory, ...counts } of rows) {
      const key = keyOf({ channel, country }, provider);
      const facts = { ...(known.get(key)?.facts ?? unknownFacts(counts.at)), [memory]: counts };
      known.set(key, { channel, country, provider, facts });
    }
    return [...known.values()];
  }

  /**
   * Counts the codes that are old enough to be judged and are not counted yet. While another process counts, this one
   * leaves it to that one.
   * @param resultsOf what became of the codes of a span
   * @returns the results, and whether there may be more; null: there was nothing to do
   */
  count(
    now: Date,
    resultsOf: (db: Database, span: Span, known: readonly KnownFacts[]) => Promise<readonly CodeResults[]>,
  ): Promise<{ readonly results: readonly CodeResults[]; readonly more: boolean } | null> {
    return this.#db.transaction(async (db) => {
      const [watch] = await db.select().from(routeWatchTable).for('update', { skipLocked: true });
      const last = addSeconds(now, -ROUTING.judgedAfter);
      if (!watch) {
        await db.insert(routeWatchTable).values({ id: WATCH, countedUntil: last }).onConflictDoNothing();
        return null;
      }
      const span = nextSpan(watch.countedUntil, last);
      if (span === null) return null;
      const known = await this.all(db);
      const results = await resultsOf(db, span, known);
      await this.#keep(db, { known, results, now });
      await db.update(routeWatchTable).set({ countedUntil: span.until }).where(eq(routeWatchTable.id, WATCH));
      return { results, more: span.until < last };
    });
  }

  async #keep(
    db: Database,
    { known, results, now }: { known: readonly KnownFacts[]; results: readonly CodeResults[]; now: Date },
  ): Promise<void> {
    if (results.length === 0) return;
    const factsOf = new Map(known.map((each) => [keyOf(each, each.provider), each.facts]));
    const rows = results.flatMap(({ channel, country, provider, ...counts }) => {
      const before = factsOf.get(keyOf({ channel, country }, provider)) ?? unknownFacts(now);
      const after = learn(before, counts, now);
      return memories.map((memory) => ({ channel, country, provider, memory, ...after[memory] }));
    });
    const { channel, country, provider, memory } = routeFactsTable;
    await db
      .insert(routeFactsTable)
      .values(rows)
      .onConflictDoUpdate({ target: [channel, country, provider, memory], set: NEW_VALUES });
  }
}

const NEW_VALUES = {
  at: sql`excluded.at`,
  tries: sql`excluded.tries`,
  verified: sql`excluded.verified`,
  ownerTries: sql`excluded.owner_tries`,
  ownerVerified: sql`excluded.owner_verified`,
  cost: sql`excluded.cost`,
  priced: sql`excluded.priced`,
  told: sql`excluded.told`,
};

/** The span that is counted next; null: none. A time that a wrong clock has written ahead is begun again at `last`. */
export function nextSpan(countedUntil: Date, last: Date): Span | null {
  if (countedUntil > addSeconds(last, ROUTING.judgedAfter)) return { from: last, until: last };
  const oldest = addSeconds(last, -OLDEST);
  const from = countedUntil < oldest ? oldest : countedUntil;
  const longest = addSeconds(from, LONGEST_SPAN);
  const until = longest < last ? longest : last;
  return until > from ? { from, until } : null;
}
