import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import { Dialer, Outage } from './dialer.js';

/** The time that queries under way get when their client is replaced or closed. */
const FINISH_WITHIN_MS = 5_000;

/** The parts that a new client needs. */
export interface ClientParts {
  readonly dialer: Dialer;
  /** Called when a connection was closed, by either side. */
  onclose(): void;
}

interface Generation {
  readonly client: postgres.Sql;
  readonly dialer: Dialer;
  readonly unsafe: postgres.Sql['unsafe'];
  readonly begin: postgres.Sql['begin'];
  mustReplace: boolean;
}

/**
 * A postgres.js client that is replaced after it has lost a connection. Version 3.4.9 opens a lost connection again
 * with its old buffers (porsager/postgres#1209, #1215). Unwritten bytes keep it from ever connecting again. A partial
 * answer is given to the next query. Queries under way finish on the client that they began on.
 *
 * The client is also replaced when a query gets no answer in time. Then all queries under way fail. A machine or a
 * network that has failed sends no message, and TCP alone would wait for a quarter of an hour.
 */
export class RenewedClient {
  /** The first client, with its methods replaced. They send through the latest client. */
  readonly sql: postgres.Sql;
  readonly #open: (parts: ClientParts) => postgres.Sql;
  readonly #answerWithin: number | null;
  readonly #outage = new Outage();
  readonly #retired = new Set<postgres.Sql>();
  readonly #underWay = new Set<Promise<unknown>>();
  #current: Generation;

  /** @param parts.answerWithin milliseconds; null means no limit */
  constructor(parts: { open(parts: ClientParts): postgres.Sql; answerWithin: number | null }) {
    this.#open = parts.open;
    this.#answerWithin = parts.answerWithin;
    this.#current = this.#begin();
    this.sql = this.#current.client;
    this.sql.unsafe = ((query, parameters, options) => {
      const generation = this.#latest();
      // Drizzle sends its queries unprepared. Prepared statements save PostgreSQL the parsing and planning.
      const pending = generation.unsafe(query, parameters, { ...options, prepare: true });
      this.#limitWait(pending, generation);
      return this.#keep(pending);
    }) as postgres.Sql['unsafe'];
    this.sql.begin = ((...parts: Parameters<postgres.Sql['begin']>) =>
      this.#keep(this.#latest().begin(...parts))) as postgres.Sql['begin'];
  }

  /** Waits for the queries under way, then closes all connections. */
  async close(): Promise<void> {
    await Promise.race([Promise.allSettled(this.#underWay), pause(FINISH_WITHIN_MS, null, { ref: false })]);
    await Promise.all([...this.#retired, this.#current.client].map((client) => this.#end(client)));
  }

  #begin(): Generation {
    const dialer = new Dialer(this.#outage);
    const state = { mustReplace: false };
    const onclose = () => {
      // A connection that never got an answer has no old buffers. While the server is unavailable, keep the client.
      if (dialer.answered) state.mustReplace = true;
    };
    const client = this.#open({ dialer, onclose });
    return Object.assign(state, { client, dialer, unsafe: client.unsafe, begin: client.begin });
  }

  #latest(): Generation {
    const { client, mustReplace } = this.#current;
    if (!mustReplace) return this.#current;
    this.#retired.add(client);
    // A client that ends forgets queries that wait for a connection. So it first gets time to run them.
    setTimeout(() => this.#end(client), FINISH_WITHIN_MS).unref();
    this.#current = this.#begin();
    // Copy drizzle's settings for reading and writing values.
    const { parsers, serializers } = this.#current.client.options;
    Object.assign(parsers, this.sql.options.parsers);
    Object.assign(serializers, this.sql.options.serializers);
    return this.#current;
  }

  #limitWait(pending: Promise<unknown>, generation: Generation): void {
    if (this.#answerWithin === null) return;
    const timer = setTimeout(() => {
      this.#outage.begin();
      generation.mustReplace = true;
      generation.dialer.hangUp();
      void this.#end(generation.client);
    }, this.#answerWithin);
    const answered = () => clearTimeout(timer);
    pending.then(answered, answered);
  }

  #keep<Work extends Promise<unknown>>(work: Work): Work {
    this.#underWay.add(work);
    const done = () => this.#underWay.delete(work);
    work.then(done, done);
    return work;
  }

  /** Ends without waiting. postgres.js would also wait for lost queries, which never end. */
  async #end(client: postgres.Sql): Promise<void> {
    await client.end({ timeout: 0 });
    this.#retired.delete(client);
  }
}
