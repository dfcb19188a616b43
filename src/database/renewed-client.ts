import { performance } from 'node:perf_hooks';
import type postgres from 'postgres';

const RENEW_AT_MOST_EVERY_MS = 1_000;
/** Seconds. */
const FINISH_WITHIN = 10;

/** Opens a client that tells when it has lost a connection. */
type Open = (onclose: () => void) => postgres.Sql;

interface Generation {
  readonly client: postgres.Sql;
  readonly unsafe: postgres.Sql['unsafe'];
  readonly begin: postgres.Sql['begin'];
  readonly since: number;
  lost: boolean;
}

/**
 * A postgres.js client that is replaced once it has lost a connection. Version 3.4.9 opens the lost one again with what
 * is left of it: bytes that were about to be written, with which it never connects, or an error, which the next query
 * then gets (porsager/postgres#1209, #1215). Queries under way finish on the client that they began on.
 */
export class RenewedClient {
  /** Sends through whichever client is the latest: the first one, its methods replaced. */
  readonly sql: postgres.Sql;
  readonly #open: Open;
  #current: Generation;

  constructor(open: Open) {
    this.#open = open;
    this.#current = this.#begin();
    this.sql = this.#current.client;
    // Drizzle sends each query unprepared; named statements save PostgreSQL the parsing and planning.
    this.sql.unsafe = ((query, parameters, options) =>
      this.#latest().unsafe(query, parameters, { ...options, prepare: true })) as postgres.Sql['unsafe'];
    this.sql.begin = ((...parts: Parameters<postgres.Sql['begin']>) =>
      this.#latest().begin(...parts)) as postgres.Sql['begin'];
  }

  /** Waits for what is under way, then closes every connection. */
  close(): Promise<void> {
    return this.#current.client.end({ timeout: FINISH_WITHIN });
  }

  #begin(): Generation {
    const state = { since: performance.now(), lost: false };
    const client = this.#open(() => {
      state.lost = true;
    });
    return Object.assign(state, { client, unsafe: client.unsafe, begin: client.begin });
  }

  #latest(): Generation {
    const { client, lost, since } = this.#current;
    if (!lost || performance.now() - since < RENEW_AT_MOST_EVERY_MS) return this.#current;
    void client.end({ timeout: FINISH_WITHIN });
    this.#current = this.#begin();
    // How drizzle has set values up to be read and written.
    const { parsers, serializers } = this.#current.client.options;
    Object.assign(parsers, this.sql.options.parsers);
    Object.assign(serializers, this.sql.options.serializers);
    return this.#current;
  }
}
