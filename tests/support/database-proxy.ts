import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

/** Stands between a service and its database: knows every statement, and can be away for a while. */
export class DatabaseProxy {
  /** SQL of every statement that was executed, in the order in which they arrived. */
  readonly statements: string[] = [];
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, target: URL) {
    this.#server = server;
    const url = new URL(target);
    url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.url = url.href;
    server.on('connection', (client) => this.#join(client, target));
  }

  static async open(databaseUrl: string): Promise<DatabaseProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new DatabaseProxy(server, new URL(databaseUrl));
  }

  /** The database is away: every connection is cut, new ones are refused. */
  async goAway(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    // Clients in this process learn of it in the next turns of the event loop.
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
  }

  /** It is back at the same address. */
  async comeBack(): Promise<void> {
    this.#server.listen(Number(new URL(this.url).port), '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** The statements since the last call that mention `table`. */
  take(table: string): string[] {
    return this.statements.splice(0).filter((statement) => statement.includes(table));
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.goAway();
  }

  #join(client: Socket, target: URL): void {
    const database = connect(Number(target.port || 5432), target.hostname);
    const listener = new Listener((statement) => this.statements.push(statement));
    client.on('data', (chunk) => listener.hear(chunk));
    for (const [from, to] of [[client, database] as const, [database, client] as const]) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        this.#sockets.delete(from);
      });
    }
  }
}

/** Reads what a client says in PostgreSQL's protocol (version 3): statements are parsed once and bound each time. */
class Listener {
  readonly #tell: (statement: string) => void;
  readonly #parsed = new Map<string, string>();
  #pending: Buffer = Buffer.alloc(0);
  #started = false;

  constructor(tell: (statement: string) => void) {
    this.#tell = tell;
  }

  hear(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    // The first message has no type before its length.
    for (let offset = this.#started ? 1 : 0; this.#pending.length >= offset + 4; offset = 1) {
      const end = offset + this.#pending.readInt32BE(offset);
      if (this.#pending.length < end) return;
      if (this.#started) this.#read(String.fromCharCode(this.#pending[0] ?? 0), this.#pending.subarray(5, end));
      this.#started = true;
      this.#pending = this.#pending.subarray(end);
    }
  }

  #read(type: string, body: Buffer): void {
    const [first = '', second = ''] = body.toString('latin1').split('\0', 2);
    if (type === 'P') this.#parsed.set(first, second);
    if (type === 'B') this.#tell(this.#parsed.get(second) ?? '');
    if (type === 'Q') this.#tell(first);
  }
}
