import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { patience } from '../../platform/patience.js';
import { type Host, isSocket, socketPath } from '../connection-target/hosts.js';
import type { postgresOptions } from '../connection-target/postgres-options.js';
import { endsConnection } from '../database-errors.js';

/** What a server is told, and what it may be asked: one statement, as Drizzle hands it over. */
export interface Query {
  readonly text: string;
  readonly parameters: unknown[];
  /** Rows as arrays, and not as objects. */
  readonly inArrays: boolean;
}

export type Rows = postgres.RowList<postgres.Row[]>;

/** A pool, one connection of it, or a transaction. */
export interface Runner {
  run(query: Query): Promise<Rows>;
}

export interface ConnectionParts {
  readonly host: Host;
  /** Without what is said below. */
  readonly options: ReturnType<typeof postgresOptions>;
  /** Drizzle's and our ways to read and write values. */
  readonly values: Pick<postgres.Sql['options'], 'parsers' | 'serializers'>;
  /** Whether the server keeps statements under names. Null: where no pooler is in between. */
  readonly prepare: boolean | null;
  /** Milliseconds. */
  readonly openWithin: number;
  /** Milliseconds that a statement may take. Then the server is taken for gone. Null: no limit. */
  readonly answerWithin: number | null;
  /** Called once, when the connection is over. */
  onOver(connection: Connection, reason: unknown): void;
}

/** The first statement. Start-up parameters would tell the same, but poolers answer with what they have heard before. */
const GREETING = `SELECT pg_backend_pid() AS pid, current_setting('transaction_read_only') AS read_only,
  current_setting('statement_timeout') AS statement_timeout, current_setting('lock_timeout') AS lock_timeout,
  current_setting('idle_in_transaction_session_timeout') AS idle_in_transaction_session_timeout`;

/** Milliseconds for the last bytes to go out. */
const GOODBYE_MS = 500;
/** A connection is used for half an hour to an hour, so that processes follow changes of the network. */
const LIFETIME_MS = 30 * 60_000;

/**
 * One connection: a client of postgres.js that gets one socket and never a second one. When the connection is over, the
 * client is thrown away. By itself, postgres.js 3.4.9 opens a lost connection again, and then
 * - unwritten bytes keep it from ever connecting (porsager/postgres#1209), and partial answers go to the next statement,
 * - work of a lost transaction runs on the new connection (#1216) or crashes the process (#1208),
 * - a connection that is closed during the handshake is opened again without a pause or an end (#1193),
 * - with several hosts it tries for ever (#1188).
 * A statement whose connection was lost between the events `error` and `close` gets no answer: `end` gives it one.
 */
export class Connection implements Runner {
  readonly #parts: ConnectionParts;
  readonly #client: postgres.Sql;
  readonly #unanswered = new Set<(reason: unknown) => void>();
  readonly #until = performance.now() + LIFETIME_MS * (1 + Math.random());
  #socket: Socket | null = null;
  #over: unknown = null;
  #prepare = false;
  /** Runs out `answerWithin` after the latest statement. One timer for all statements costs less than one for each. */
  #late: NodeJS.Timeout | null = null;
  /** When the latest statement was sent. */
  #latest = 0;
  #greeting: Readonly<Record<string, unknown>> = {};
  #isPooled = false;

  private constructor(parts: ConnectionParts) {
    this.#parts = parts;
    const { options, values, answerWithin } = parts;
    this.#client = postgres({
      ...options,
      // postgres.js documents this option, but its types lack it.
      ...{ socket: () => this.#dial() },
      max: 1,
      // Both are ours: postgres.js would fail the statement that meets the end of a lifetime.
      max_lifetime: null,
      connect_timeout: 0,
      // A connection that is lost meanwhile would end the whole process (#1223).
      fetch_types: false,
      onnotice: () => undefined,
      onclose: () => this.end(lost('the server closed the connection')),
    });
    Object.assign(this.#client.options.parsers, values.parsers);
    Object.assign(this.#client.options.serializers, values.serializers);
    if (answerWithin !== null)
      this.#late = setTimeout(() => setImmediate(() => this.#stopWaiting()), answerWithin).unref();
  }

  /** @throws with code 25006 when the server takes no writes. */
  static async open(parts: ConnectionParts): Promise<Connection> {
    const connection = new Connection(parts);
    const late = patience(parts.openWithin, () => connection.end(silent('the server cannot be reached')));
    try {
      await connection.#greet();
      return connection;
    } catch (error) {
      connection.end(error);
      throw error;
    } finally {
      late.end();
    }
  }

  get isOver(): boolean {
    return this.#over !== null;
  }

  get isOld(): boolean {
    return performance.now() > this.#until;
  }

  /** Whether a pooler stands in between: it makes up the number of the server's process. */
  get isPooled(): boolean {
    return this.#isPooled;
  }

  /** The server's settings of the session that it gave us. */
  setting(name: string): string {
    return String(this.#greeting[name] ?? '');
  }

  run(query: Query): Promise<Rows> {
    if (this.#over !== null) return Promise.reject(this.#over);
    return new Promise((resolve, reject) => {
      this.#unanswered.add(reject);
      this.#latest = performance.now();
      this.#late?.refresh();
      this.#send(query).then(
        (rows) => {
          this.#unanswered.delete(reject);
          resolve(rows);
        },
        (error: unknown) => {
          this.#unanswered.delete(reject);
          if (endsConnection(error)) this.end(error);
          reject(error);
        },
      );
    });
  }

  /** Ends it for good. Statements without an answer fail with the reason: they may have run. */
  end(reason: unknown): void {
    if (this.#over !== null) return;
    this.#over = reason;
    if (this.#late !== null) clearTimeout(this.#late);
    for (const reject of this.#unanswered) reject(reason);
    this.#unanswered.clear();
    void this.#hangUp();
    this.#parts.onOver(this, reason);
  }

  /** Ends it, and resolves when it is closed. */
  async close(): Promise<void> {
    this.end(lost('the connection is no longer used'));
    await this.#hangUp();
  }

  async #greet(): Promise<void> {
    const rows = await this.run({ text: GREETING, parameters: [], inArrays: false });
    this.#greeting = rows[0] ?? {};
    this.#isPooled = rows.state.pid !== this.#greeting['pid'];
    this.#prepare = this.#parts.prepare ?? !this.#isPooled;
    if (this.#greeting['read_only'] === 'on') throw failure('25006', 'the server is read-only');
  }

  #send({ text, parameters, inArrays }: Query): PromiseLike<Rows> {
    // Drizzle sends its statements unprepared. Prepared statements save PostgreSQL the parsing and planning.
    const sent = this.#client.unsafe(text, parameters as never[], { prepare: this.#prepare });
    return inArrays ? (sent.values() as unknown as PromiseLike<Rows>) : (sent as unknown as PromiseLike<Rows>);
  }

  async #dial(): Promise<Socket> {
    if (this.#socket !== null || this.#over !== null) throw lost('the server closed the connection');
    const { host } = this.#parts;
    const socket = isSocket(host) ? connect(socketPath(host)) : connect(host.port, host.host);
    // The certificate is checked against the host.
    this.#socket = Object.assign(socket, { host: host.host });
    await once(socket, 'connect');
    return socket;
  }

  /**
   * Answers that have arrived were read just before. Timers count whole milliseconds, so this one may run out a fraction too
   * early: then the rest is waited for.
   */
  #stopWaiting(): void {
    if (this.#unanswered.size === 0 || this.#over !== null) return;
    const left = this.#latest + (this.#parts.answerWithin ?? 0) - performance.now();
    if (left <= 0) this.end(silent());
    else setTimeout(() => this.#stopWaiting(), Math.ceil(left)).unref();
  }

  /** postgres.js would wait for ever for a server that is silent. */
  async #hangUp(): Promise<void> {
    const socket = this.#socket;
    void this.#client.end({ timeout: 0 });
    if (socket === null || socket.destroyed) return;
    await Promise.race([once(socket, 'close'), pause(GOODBYE_MS, null, { ref: false })]).catch(() => undefined);
    socket.destroy();
  }
}

export function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

export function lost(message: string): Error {
  return failure('CONNECTION_CLOSED', message);
}

function silent(message = 'the server does not answer'): Error {
  return failure('ETIMEDOUT', message);
}
