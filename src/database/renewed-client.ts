import type postgres from 'postgres';

/** Seconds that queries have when a client is closed. */
const FINISH_WITHIN = 10;
/** Once it is told to end, a client leaves queries that wait for a connection waiting: they get theirs before. */
const RETIRE_AFTER_MS = 5_000;

/** What a client tells about its connections. */
export interface ConnectionEvents {
  /** A server said something. */
  onanswer(): void;
  /** A connection was closed, whoever did it. */
  onclose(): void;
}

type Open = (events: ConnectionEvents) => postgres.Sql;

interface Generation {
  readonly client: postgres.Sql;
  readonly unsafe: postgres.Sql['unsafe'];
  readonly begin: postgres.Sql['begin'];
  spoilt: boolean;
}

/**
 * A postgres.js client that is replaced once it has lost a connection. Version 3.4.9 opens the lost one again with what
 * is left in it: bytes that were about to be written, with which it never connects, or a part of an answer, which the
 * next query then gets (porsager/postgres#1209, #1215). Queries under way finish on the client that they began on.
 */
export class RenewedClient {
  /** Sends through whichever client is the latest: the first one, its methods replaced. */
  readonly sql: postgres.Sql;
  readonly #open: Open;
  readonly #retired = new Set<postgres.Sql>();
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
  async close(): Promise<void> {
    const clients = [...this.#retired, this.#current.client];
    await Promise.all(clients.map((client) => client.end({ timeout: FINISH_WITHIN })));
  }

  #begin(): Generation {
    let answered = false;
    const state = { spoilt: false };
    const client = this.#open({
      onanswer: () => {
        answered = true;
      },
      // Failing to connect at all leaves nothing behind: while a server is away, nothing needs to be replaced.
      onclose: () => {
        state.spoilt = answered;
      },
    });
    return Object.assign(state, { client, unsafe: client.unsafe, begin: client.begin });
  }

  #latest(): Generation {
    const { client, spoilt } = this.#current;
    if (!spoilt) return this.#current;
    this.#retire(client);
    this.#current = this.#begin();
    // How drizzle has set values up to be read and written.
    const { parsers, serializers } = this.#current.client.options;
    Object.assign(parsers, this.sql.options.parsers);
    Object.assign(serializers, this.sql.options.serializers);
    return this.#current;
  }

  #retire(client: postgres.Sql): void {
    this.#retired.add(client);
    const end = async () => {
      await client.end({ timeout: FINISH_WITHIN });
      this.#retired.delete(client);
    };
    setTimeout(end, RETIRE_AFTER_MS).unref();
  }
}
