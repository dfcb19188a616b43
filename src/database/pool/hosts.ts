import { isFull } from '../database-errors.js';
import type { Connection } from './connection.js';

/**
 * The servers of one database, of which one takes writes. Once it is known, connections are opened there. When it is gone,
 * all servers are tried at the same moment, each by one attempt at a time: a server that is silent keeps no one from the
 * one that was promoted.
 */
export class Hosts<Host> {
  readonly #hosts: readonly Host[];
  readonly #open: (host: Host) => Promise<Connection>;
  readonly #beingTried = new Set<Host>();
  #good: Host | null = null;

  constructor(hosts: readonly Host[], open: (host: Host) => Promise<Connection>) {
    this.#hosts = hosts;
    this.#open = open;
  }

  /** A new connection. Null: every server is being tried, and no other attempt is of use. */
  connect(): Promise<Connection> | null {
    return this.#good === null ? this.#tryAll() : this.#openAt(this.#good);
  }

  /** The server that took writes may take none any more. */
  doubt(): void {
    this.#good = null;
  }

  async #openAt(good: Host): Promise<Connection> {
    try {
      return await this.#open(good);
    } catch (error) {
      if (isFull(error)) throw error;
      if (this.#good === good) this.#good = null;
      const others = this.#tryAll(good);
      if (others === null) throw error;
      return others;
    }
  }

  #tryAll(except?: Host): Promise<Connection> | null {
    const free = this.#hosts.filter((host) => host !== except && !this.#beingTried.has(host));
    return free.length === 0 ? null : this.#first(free.map((host) => this.#try(host)));
  }

  async #try(host: Host): Promise<Connection> {
    this.#beingTried.add(host);
    try {
      const connection = await this.#open(host);
      this.#good ??= host;
      return connection;
    } finally {
      this.#beingTried.delete(host);
    }
  }

  async #first(attempts: readonly Promise<Connection>[]): Promise<Connection> {
    const first = await Promise.any(attempts).catch((error: AggregateError) => {
      throw mostTelling(error.errors);
    });
    for (const attempt of attempts) {
      attempt.then(
        (connection) => {
          if (connection !== first) void connection.close();
        },
        () => undefined,
      );
    }
    return first;
  }
}

/** What a server answered says more than that another one cannot be reached. */
function mostTelling(errors: readonly unknown[]): unknown {
  return (
    errors.find((error) => error instanceof Error && 'code' in error && /^\d/.test(String(error.code))) ?? errors[0]
  );
}
