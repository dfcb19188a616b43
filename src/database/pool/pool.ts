import { setTimeout as pause } from 'node:timers/promises';
import { isFull, isUndone, leavesServer } from '../database-errors.js';
import { type Connection, failure, lost, type Query, type Rows, type Runner } from './connection.js';
import { Hosts } from './hosts.js';
import { inTransaction } from './transaction.js';
import { WaitingLine } from './waiting-line.js';

/** Milliseconds that a statement waits for a connection. */
const WAIT_MS = 10_000;
/** Milliseconds that statements under way get when the pool closes. */
const FINISH_MS = 5_000;
const FINISH_POLL_MS = 5;
/** Milliseconds after which a pool that was refused a connection asks for one more. */
const REGROW_MS = 1_000;
/** Milliseconds between two attempts where a full server gives us no connection at all. */
const REFUSED_PAUSE_MS = 200;
/** How often, and how long, a statement begins again that PostgreSQL has undone. */
const MOST_TRIES = 20;
const AGAIN_WITHIN_MS = 4_000;
/** Milliseconds. Conflicts pass in the time that a commit takes. */
const AGAIN_PAUSE_MS = 5;

export interface PoolParts<Host> {
  readonly size: number;
  readonly hosts: readonly Host[];
  open(host: Host, onOver: (connection: Connection, reason: unknown) => void): Promise<Connection>;
}

/** How busy a pool is. */
export interface PoolUse {
  readonly inUse: number;
  readonly idle: number;
  /** Statements and transactions in line. */
  readonly waiting: number;
}

/**
 * The connections of a process. Each runs one statement, or one transaction, at a time: a statement that waits for a locked
 * row holds up no other one. The others wait in line.
 *
 * A server that refuses one connection more is not gone: the pool shrinks for a while and works with those that live. Where
 * none lives and none can be opened, the server is away. Then one attempt at a time tries whether it is back, and all other
 * statements fail at once.
 */
export class Pool<Host> implements Runner {
  readonly #size: number;
  readonly #hosts: Hosts<Host>;
  readonly #line = new WaitingLine();
  readonly #live = new Set<Connection>();
  readonly #idle: Connection[] = [];
  /** Connections that are to be closed when their work is done. */
  readonly #doubted = new WeakSet<Connection>();
  /** Statements and transactions, those in line included. */
  #underWay = 0;
  #opening = 0;
  /** How many connections hold a statement that begins again. */
  #again = 0;
  #away: unknown = null;
  #refusal: unknown = null;
  #room: number;
  #roomUntil = 0;
  #closed = false;

  constructor({ size, hosts, open }: PoolParts<Host>) {
    this.#size = size;
    this.#room = size;
    const over = (connection: Connection, reason: unknown) => this.#lose(connection, reason);
    this.#hosts = new Hosts(hosts, (host) => open(host, over));
  }

  get use(): PoolUse {
    const idle = this.#idle.length;
    return { inUse: this.#live.size - idle, idle, waiting: this.#line.length };
  }

  run(query: Query): Promise<Rows> {
    return this.#untilDone((connection) => connection.run(query));
  }

  /** The work runs again where PostgreSQL has undone the transaction, so it must consist of statements only. */
  transaction<Result>(work: (runner: Runner) => Promise<Result>): Promise<Result> {
    return this.#untilDone((connection) => inTransaction(connection, work));
  }

  /** Waits for the statements under way, then closes all connections. */
  async close(): Promise<void> {
    const until = performance.now() + FINISH_MS;
    while (this.#underWay > 0 && performance.now() < until) await pause(FINISH_POLL_MS);
    this.#closed = true;
    this.#line.fail(lost('the pool is closed'));
    await Promise.all([...this.#live].map((connection) => connection.close()));
  }

  /**
   * Nothing of an undone statement was done, so it may begin again: after a serialization failure or a deadlock, and when it
   * has waited for a lock for long. Meanwhile the connection serves others. Any other failure may have done its work.
   */
  async #untilDone<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    const until = performance.now() + AGAIN_WITHIN_MS;
    this.#underWay += 1;
    try {
      for (let tries = 1; ; tries += 1) {
        const isAgain = tries > 1;
        const connection = this.#takeIdle(isAgain) ?? (await this.#wait(isAgain));
        try {
          return await work(connection);
        } catch (error) {
          if (!isUndone(error) || tries >= MOST_TRIES || performance.now() >= until) throw error;
        } finally {
          this.#giveBack(connection, isAgain);
        }
        await pause(Math.random() * AGAIN_PAUSE_MS * tries);
      }
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Statements that begin again get half of the pool, also of one that has shrunk. The others go on beside them. */
  get #hasRoomAgain(): boolean {
    return this.#again < Math.ceil(this.#room / 2);
  }

  #takeIdle(isAgain: boolean): Connection | null {
    if (isAgain && !this.#hasRoomAgain) return null;
    const connection = this.#idle.pop() ?? null;
    if (connection !== null && isAgain) this.#again += 1;
    return connection;
  }

  #wait(isAgain: boolean): Promise<Connection> {
    if (this.#closed) throw lost('the pool is closed');
    if (this.#away !== null && this.#live.size === 0 && !this.#open()) throw this.#away;
    const late = () => this.#refusal ?? failure('53300', 'no connection became free in time');
    const turn = this.#line.join({ isAgain, within: WAIT_MS, late });
    this.#grow();
    return turn;
  }

  #giveBack(connection: Connection, wasAgain: boolean): void {
    if (wasAgain) this.#again -= 1;
    const isGood = !connection.isOver && !this.#closed && !connection.isOld && !this.#doubted.has(connection);
    if (!isGood && !connection.isOver) void connection.close();
    // Its place among those that begin again may have been all that another statement waited for.
    const free = isGood ? connection : wasAgain ? this.#idle.pop() : undefined;
    if (free !== undefined) this.#serve(free);
  }

  #serve(connection: Connection): void {
    const next = this.#line.next({ again: this.#hasRoomAgain });
    if (next === null) {
      this.#idle.push(connection);
      return;
    }
    if (next.isAgain) this.#again += 1;
    next.serve(connection);
  }

  /** Opens connections for the statements in line. */
  #grow(): void {
    while (this.#line.length > this.#opening && this.#live.size + this.#opening < this.#currentRoom()) {
      if (!this.#open()) return;
    }
  }

  /** Returns whether an attempt began. */
  #open(): boolean {
    const opening = this.#hosts.connect();
    if (opening === null) return false;
    this.#opening += 1;
    opening.then(
      (connection) => this.#welcome(connection),
      (error: unknown) => this.#fail(error),
    );
    return true;
  }

  #currentRoom(): number {
    if (this.#room < this.#size && performance.now() >= this.#roomUntil) this.#resize(this.#room + 1);
    return this.#room;
  }

  #resize(room: number): void {
    this.#room = Math.max(1, room);
    this.#roomUntil = performance.now() + REGROW_MS;
  }

  #welcome(connection: Connection): void {
    this.#opening -= 1;
    this.#away = null;
    this.#refusal = null;
    // A connection may be lost before it gets here. Those in line still need one.
    if (!connection.isOver) {
      this.#live.add(connection);
      this.#giveBack(connection, false);
    }
    this.#grow();
  }

  #fail(error: unknown): void {
    this.#opening -= 1;
    if (isFull(error)) this.#refusal = error;
    if (this.#live.size > 0) this.#resize(this.#live.size);
    // Another attempt may still succeed.
    else if (this.#away === null && this.#opening > 0) return;
    else if (isFull(error)) setTimeout(() => this.#grow(), REFUSED_PAUSE_MS).unref();
    else this.#isAway(error);
  }

  #lose(connection: Connection, reason: unknown): void {
    const wasLive = this.#live.delete(connection);
    const place = this.#idle.indexOf(connection);
    if (place >= 0) this.#idle.splice(place, 1);
    if (!wasLive) return;
    if (leavesServer(reason)) this.#leave(reason);
    if (!this.#closed) this.#grow();
  }

  #isAway(reason: unknown): void {
    this.#away = reason;
    this.#line.fail(reason);
  }

  /** The server is silent or takes no writes. What is true of one connection is likely true of all. */
  #leave(reason: unknown): void {
    this.#hosts.doubt();
    for (const connection of this.#live) this.#doubted.add(connection);
    for (const connection of this.#idle.splice(0)) void connection.close();
    if (this.#live.size === 0) this.#isAway(reason);
  }
}
