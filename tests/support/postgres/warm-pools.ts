import { setTimeout as pause } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/postgres-js';
import { targetOf } from '../../../src/database/connection-target/connection-target.js';
import type { Host } from '../../../src/database/connection-target/hosts.js';
import type { DatabaseConnection, DatabaseOptions } from '../../../src/database/database.js';
import { lost, type Query, type Runner } from '../../../src/database/pool/connection.js';
import { drizzleClient, ownValues } from '../../../src/database/pool/drizzle-client.js';
import { Opener } from '../../../src/database/pool/opener.js';
import { Pool } from '../../../src/database/pool/pool.js';
import { withWord } from './database-url.js';

/** The name by which PostgreSQL knows connections that stay open when a database is emptied. */
export const WARM = 'warm';

/** Milliseconds that statements under way get at the end of a service. */
const FINISH_MS = 5_000;
const FINISH_POLL_MS = 5;

/** What a pool is lent by. */
type Kind = Pick<DatabaseOptions, 'maxConnections' | 'limits'>;

interface WarmPool extends Kind {
  readonly pool: Pool<Host>;
  readonly values: ReturnType<typeof ownValues>;
}

/**
 * Connections to a test database that outlive a service: PostgreSQL reads its catalog and plans each statement anew for each
 * connection, which took half of its processor time. Services keep nothing in a connection, so the next one does not notice.
 */
export class WarmPools {
  readonly #url: string;
  readonly #all = new Set<WarmPool>();
  readonly #free: WarmPool[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  /** What `openDatabase` does, for one service or one test, which has the pool for itself until it closes it. */
  readonly lend = (_database: unknown, options: DatabaseOptions): DatabaseConnection => {
    const warm = this.#take(options) ?? this.#open(options);
    const lease = new Lease(warm.pool);
    return {
      db: drizzle({ client: drizzleClient(lease, warm.values) }),
      poolUse: () => warm.pool.use,
      close: async () => {
        if (await lease.end()) this.#free.push(warm);
        else await this.#discard(warm);
      },
    };
  };

  /** Closes them. Pools that are lent still are closed, too. */
  async close(): Promise<void> {
    await Promise.all([...this.#all].map((warm) => this.#discard(warm)));
  }

  #take({ maxConnections, limits }: Kind): WarmPool | undefined {
    const place = this.#free.findIndex((warm) => warm.maxConnections === maxConnections && warm.limits === limits);
    return place >= 0 ? this.#free.splice(place, 1)[0] : undefined;
  }

  #open({ maxConnections, limits = null, onWarning = () => undefined }: DatabaseOptions): WarmPool {
    const values = ownValues();
    const target = targetOf(withWord(this.#url, 'application_name', WARM));
    const opener = new Opener(target, { limits, prepare: null, onWarning, values });
    const pool = new Pool({
      size: maxConnections,
      hosts: target.hosts,
      open: (host, onOver) => opener.open(host, onOver),
    });
    const warm = { maxConnections, limits, pool, values };
    this.#all.add(warm);
    return warm;
  }

  async #discard(warm: WarmPool): Promise<void> {
    this.#all.delete(warm);
    const place = this.#free.indexOf(warm);
    if (place >= 0) this.#free.splice(place, 1);
    await warm.pool.close();
  }
}

/** A pool as one service has it. When it has closed its database, it can ask for nothing more. */
class Lease implements Runner {
  readonly #pool: Pool<Host>;
  #underWay = 0;
  #over = false;

  constructor(pool: Pool<Host>) {
    this.#pool = pool;
  }

  run(query: Query) {
    return this.#counted(() => this.#pool.run(query));
  }

  transaction<Result>(work: (runner: Runner) => Promise<Result>): Promise<Result> {
    return this.#counted(() => this.#pool.transaction(work));
  }

  /** Returns whether all statements have ended. */
  async end(): Promise<boolean> {
    const until = performance.now() + FINISH_MS;
    while (this.#underWay > 0 && performance.now() < until) await pause(FINISH_POLL_MS);
    this.#over = true;
    return this.#underWay === 0;
  }

  async #counted<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#over) throw lost('the pool is closed');
    this.#underWay += 1;
    return work().finally(() => {
      this.#underWay -= 1;
    });
  }
}
