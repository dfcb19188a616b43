import type postgres from 'postgres';
import { Dialer, Outage } from './dialer.js';

/** Seconds that queries have when a client is closed. */
const FINISH_WITHIN = 5;
/** Once it is told to end, a client leaves queries that wait for a connection waiting: they get theirs before. */
const RETIRE_AFTER_MS = 5_000;

/** What a client needs to be opened. */
export interface ClientParts {
  readonly dialer: Dialer;
  /** A connection was closed, whoever did it. */
  onclose(): void;
}

interface Generation {
  readonly client: postgres.Sql;
  readonly dialer: Dialer;
  readonly unsafe: postgres.Sql['unsafe'];
  readonly begin: postgres.Sql['begin'];
  spoilt: boolean;
}

/**
 * A postgres.js client that is replaced once it has lost a connection. Version 3.4.9 opens the lost one again with what
 * is left in it: bytes that were about to be written, with which it never connects, or a part of an answer, which the
 * next query then gets (porsager/postgres#1209, #1215). Queries under way finish on the client that they began on.
 *
 * It is also replaced when a query is not answered in time, and everything under way fails: a machine or a network that
 * is gone sends no word of it, and TCP by itself would go on for a quarter of an hour.
 */
export class RenewedClient {
  /** Sends through whichever client is the latest: the first one, its methods replaced. */
  readonly sql: postgres.Sql;
  readonly #open: (parts: ClientParts) => postgres.Sql;
  readonly #answerWithin: number | null;
  readonly #outage = new Outage();
  readonly #retired = new Set<postgres.Sql>();
  #current: Generation;

  /** @param parts.answerWithin milliseconds; null: queries may take their time */
  constructor(parts: { open(parts: ClientParts): postgres.Sql; answerWithin: number | null }) {
    this.#open = parts.open;
    this.#answerWithin = parts.answerWithin;
    this.#current = this.#begin();
    this.sql = this.#current.client;
    this.sql.unsafe = ((query, parameters, options) => {
      const generation = this.#latest();
      // Drizzle sends each query unprepared; named statements save PostgreSQL the parsing and planning.
      const pending = generation.unsafe(query, parameters, { ...options, prepare: true });
      this.#watch(pending, generation);
      return pending;
    }) as postgres.Sql['unsafe'];
    this.sql.begin = ((...parts: Parameters<postgres.Sql['begin']>) =>
      this.#latest().begin(...parts)) as postgres.Sql['begin'];
  }

  /** Waits for what is under way, then closes every connection. */
  async close(): Promise<void> {
    const clients = [...this.#retired, this.#current.client];
    await Promise.all(clients.map((client) => client.end({ timeout: FINISH_WITHIN })));
  }

  #begin(): Generation {
    const dialer = new Dialer(this.#outage);
    const state = { spoilt: false };
    const onclose = () => {
      // Failing to connect at all leaves nothing behind: while a server is away, nothing needs to be replaced.
      if (dialer.answered) state.spoilt = true;
    };
    const client = this.#open({ dialer, onclose });
    return Object.assign(state, { client, dialer, unsafe: client.unsafe, begin: client.begin });
  }

  #latest(): Generation {
    const { client, spoilt } = this.#current;
    if (!spoilt) return this.#current;
    this.#retired.add(client);
    setTimeout(() => this.#end(client, FINISH_WITHIN), RETIRE_AFTER_MS).unref();
    this.#current = this.#begin();
    // How drizzle has set values up to be read and written.
    const { parsers, serializers } = this.#current.client.options;
    Object.assign(parsers, this.sql.options.parsers);
    Object.assign(serializers, this.sql.options.serializers);
    return this.#current;
  }

  #watch(pending: Promise<unknown>, generation: Generation): void {
    if (this.#answerWithin === null) return;
    const timer = setTimeout(() => {
      this.#outage.begin();
      generation.spoilt = true;
      generation.dialer.hangUp();
      void this.#end(generation.client, 0);
    }, this.#answerWithin);
    const answered = () => clearTimeout(timer);
    pending.then(answered, answered);
  }

  async #end(client: postgres.Sql, timeout: number): Promise<void> {
    await client.end({ timeout });
    this.#retired.delete(client);
  }
}
