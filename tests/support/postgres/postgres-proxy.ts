import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { WireCounter } from './postgres-wire.js';

/**
 * `up`: everything passes. `refusing`: nobody listens. `hanging up`: connections are taken and closed, as by a proxy whose
 * server is away. `silent`: connections are taken, and nothing passes, as when a machine or a network is gone.
 */
export type ProxyState = 'up' | 'refusing' | 'hanging up' | 'silent';

/** Time for a client to say all that it has to say at once, before the first answer reaches it. */
const ANSWER_DELAY_MS = 3;

/** Stands between a service and PostgreSQL: counts what passes, and takes the database away. */
export class PostgresProxy {
  /** The database through the proxy. */
  readonly url: string;
  readonly wire: WireCounter;
  readonly #target: URL;
  readonly #server: Server;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  #state: ProxyState = 'up';
  #unheard: string | null = null;

  private constructor(server: Server, target: URL, isBehind: (text: string) => boolean) {
    this.wire = new WireCounter(isBehind);
    const address = server.address();
    this.#port = typeof address === 'object' && address ? address.port : 0;
    this.#server = server;
    this.#target = target;
    const url = new URL(target);
    url.host = `127.0.0.1:${this.#port}`;
    this.url = url.href;
    server.on('connection', (client) => this.#take(client));
  }

  /** @param isBehind whether a statement, by its text, is one that no answer waits for. */
  static async start(databaseUrl: string, isBehind: (text: string) => boolean = () => false): Promise<PostgresProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PostgresProxy(server, new URL(databaseUrl), isBehind);
  }

  /** Silence leaves the connections that there are, every other change cuts them. */
  async become(state: ProxyState): Promise<void> {
    this.#state = state;
    if (state !== 'silent') this.#cut();
    if (state === 'refusing') this.#server.close();
    else if (!this.#server.listening) {
      this.#server.listen(this.#port, '127.0.0.1');
      await once(this.#server, 'listening');
    }
  }

  /** From now on the server carries out statements that hold `text`, and nobody hears of it, nor of what follows them. */
  loseAnswersTo(text: string): void {
    this.#unheard = text;
  }

  /** To both sides. */
  get openSockets(): number {
    return this.#sockets.size;
  }

  async close(): Promise<void> {
    await this.become('refusing');
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #take(client: Socket): void {
    this.#keep(client);
    if (this.#state === 'hanging up') client.end();
    if (this.#state !== 'up') return;
    const server = connect(Number(this.#target.port || 5432), this.#target.hostname);
    this.#keep(server);
    const ears = this.wire.connection();
    // A statement comes in two parts: its text, which is answered, and then what to carry it out with.
    let [described, unheard] = [false, false];
    client.on('data', (chunk) => {
      if (this.#state !== 'up') return;
      unheard ||= described;
      described ||= this.#unheard !== null && chunk.includes(this.#unheard);
      ears.frontend(chunk);
      server.write(chunk);
    });
    server.on('data', (chunk) =>
      setTimeout(() => {
        if (this.#state !== 'up' || unheard) return;
        ears.backend(chunk);
        client.write(chunk);
      }, ANSWER_DELAY_MS),
    );
    client.on('close', () => {
      ears.closed();
      server.destroy();
    });
    server.on('close', () => setTimeout(() => client.end(), ANSWER_DELAY_MS));
  }
}
