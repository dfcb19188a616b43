import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import { Dialer, Outage } from './dialer.js';

/** What queries under way have when their client is replaced or closed. */
const FINISH_WITHIN_MS = 5_000;

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
  readonly #underWay = new Set<Promise<unknown>>();
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
      return this.#keep(pending);
    }) as postgres.Sql['unsafe'];
    this.sql.begin = ((...parts: Parameters<postgres.Sql['begin']>) =>
      this.#keep(this.#latest().begin(...parts))) as postgres.Sql['begin'];
  }

  /** Waits for what is under way, then closes every connection. */
  async close(): Promise<void> {
    await Promise.race([Promise.allSettled(this.#underWay), pause(FINISH_WITHIN_MS, null, { ref: false })]);
    await Promise.all([...this.#retired, this.#current.client].map((client) => this.#end(client)));
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
    // Told to end, a client would leave queries that wait for a connection waiting: they get theirs before.
    setTimeout(() => this.#end(client), FINISH_WITHIN_MS).unref();
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

  /** Without waiting: postgres.js would wait for queries that were lost, too. */
  async #end(client: postgres.Sql): Promise<void> {
    await client.end({ timeout: 0 });
    this.#retired.delete(client);
  }
}
