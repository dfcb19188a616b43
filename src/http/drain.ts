import { once } from 'node:events';
import { Server, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Address, listenAt } from './listen.js';

/** When the service stops, running requests have this long. Then their connections are closed. */
const ANSWER_WITHIN_MS = 5_000;
/** After a drain, requests that were on their way when the listener closed are still answered if they come this soon. */
const LATE_MS = 2_000;
/** For so long at most, answers are held back while the queue of new connections empties. */
const HOLD_MS = 500;
/** For so long no connection came: the queue is empty, and clients that wait for answers open no new ones. */
const QUIET_MS = 50;

/**
 * How the HTTP server stops. While it drains, it accepts everything, `/readyz` answers 503, and the answer to the
 * latest request ends its connection. So load balancers look elsewhere, and no client is still connecting when the
 * listener closes.
 */
export class Drain {
  #draining = false;
  /** Whether load balancers had time to notice. */
  #announced = false;
  #impatience: NodeJS.Timeout | undefined;
  /** Beside the server's own. */
  #listeners: readonly Server[] = [];
  readonly #open = new Set<Socket>();
  /** The request that came last on a connection. Those before it may still wait for their answers (pipelining). */
  readonly #latest = new WeakMap<Socket, FastifyRequest>();
  #accepted = 0;
  /** Answers wait for it. */
  #held: Promise<void> | null = null;

  get isDraining(): boolean {
    return this.#draining;
  }

  /** Makes the server stop in this way. */
  watch(server: FastifyInstance): void {
    server.server.on('connection', (socket) => {
      this.#accepted += 1;
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
    server.addHook('onRequest', (request, _reply, done) => {
      this.#latest.set(request.socket, request);
      done();
    });
    server.addHook('onSend', (request, reply, payload, done) => {
      const isLatest = this.#latest.get(request.socket) === request;
      if (this.#draining && isLatest) void reply.header('connection', 'close');
      const send = () => done(null, payload);
      if (this.#held === null) send();
      else void this.#held.then(send);
    });
    server.addHook('preClose', () => this.#closeListener(server));
    server.addHook('onClose', async () => {
      // The close of the server waits for its own connections only.
      await Promise.all([...this.#open].map((socket) => once(socket, 'close')));
      clearTimeout(this.#impatience);
    });
  }

  async listen(server: FastifyInstance, address: Address): Promise<void> {
    this.#listeners = await listenAt(server, address);
  }

  /** Begins to drain. Resolves after `seconds`; the server may be closed then. */
  async begin(seconds: number): Promise<void> {
    this.#draining = true;
    if (seconds === 0) return;
    await pause(seconds * 1_000);
    this.#announced = true;
  }

  /**
   * Node closes idle connections together with the listener. It would keep connections with a running request alive after
   * the answer, and would never close those that have not sent a request.
   */
  async #closeListener({ server }: FastifyInstance): Promise<void> {
    this.#draining = true;
    let release = () => {};
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    await this.#acceptAll();
    // The close of net.Server leaves connections alone. That of http.Server, which Fastify calls next, ends the idle ones.
    if (server.listening) Server.prototype.close.call(server);
    for (const listener of this.#listeners) listener.close();
    release();
    if (this.#announced) await this.#lateRequests();
    for (const socket of this.#open) if (socket.bytesRead === 0) socket.destroy();
    this.#impatience = setTimeout(() => server.closeAllConnections(), ANSWER_WITHIN_MS);
    await this.#written();
  }

  /**
   * Connections that wait in the queue of the system would be reset with the listener. Node takes one of them in each turn
   * of its event loop. Answers would bring new connections.
   */
  async #acceptAll(): Promise<void> {
    const end = performance.now() + HOLD_MS;
    let [accepted, since] = [this.#accepted, performance.now()];
    while (this.#announced && performance.now() < Math.min(end, since + QUIET_MS)) {
      await nextTurn();
      if (this.#accepted !== accepted) [accepted, since] = [this.#accepted, performance.now()];
    }
    await nextTurn();
  }

  /** To Node, a connection is idle once its answer was handed over, although a slow client still reads it. */
  async #written(): Promise<void> {
    while ([...this.#open].some(({ writableLength }) => writableLength > 0)) await pause(10);
  }

  async #lateRequests(): Promise<void> {
    const end = performance.now() + LATE_MS;
    while (this.#open.size > 0 && performance.now() < end) await pause(10);
    await nextTurn();
  }
}
