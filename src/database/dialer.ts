import { connect, Socket } from 'node:net';

/** Where postgres.js wants a connection to: its options, as far as they matter here. */
export interface DialTarget {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Of a Unix socket. */
  readonly path: string | false | undefined;
}

/** Once a server was found away, one connection at a time finds out whether it is back; the others fail meanwhile. */
export class Outage {
  #away = false;
  #probe: Socket | null = null;

  get probing(): boolean {
    return this.#probe !== null;
  }

  begin(): void {
    this.#away = true;
  }

  /** Learns from a connection that is being opened. */
  watch(socket: Socket): void {
    if (this.#away) this.#probe = socket;
    const learn = (away: boolean) => {
      socket.removeListener('close', absent);
      this.#away = away;
      if (this.#probe === socket) this.#probe = null;
    };
    const absent = () => learn(true);
    socket.once('close', absent);
    socket.once('data', () => learn(false));
  }
}

/**
 * Makes sockets for postgres.js that fail soon where its own would leave queries waiting: where the other side hangs up
 * before the handshake is done (a proxy whose server is away; porsager/postgres#1193), and where many queries queue up
 * for a server that is away.
 */
export class Dialer {
  readonly #outage: Outage;
  #sockets: Socket[] = [];

  constructor(outage: Outage) {
    this.#outage = outage;
  }

  /** Whether a server said anything on any of the connections, ever. */
  answered = false;

  dial({ host: [host], port: [port], path }: DialTarget): Socket {
    if (this.#outage.probing) return stillborn();
    const socket = path ? connect(path) : connect(port ?? 5432, host);
    failAtOnce(socket);
    this.#outage.watch(socket);
    socket.once('data', () => {
      this.answered = true;
    });
    this.#sockets = [...this.#sockets.filter(({ destroyed }) => !destroyed), socket];
    // postgres.js checks the certificate against it.
    return Object.assign(socket, { host });
  }

  /** Cuts every connection. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy(lost('the server does not answer'));
  }
}

/**
 * Whatever ends a connection, postgres.js hears of an error and of the end, both at one moment. Without an error it
 * dials again without a pause, if the handshake was not done; of a query that it sends between an error and the end it
 * would never hear again.
 */
function failAtOnce(socket: Socket): void {
  const emit = socket.emit.bind(socket);
  let failure: unknown = lost('the server closed the connection');
  socket.emit = (event: string, ...values: unknown[]) => {
    if (event === 'error') {
      failure = values[0];
      return true;
    }
    if (event !== 'close') return emit(event, ...values);
    // TLS has taken the listeners away, and reports by itself.
    if (socket.listenerCount('error') > 0) emit('error', failure);
    return emit('close', true);
  };
}

/** Fails at the first write: a postgres.js connection that fails with a write ahead of it would be spoilt. */
function stillborn(): Socket {
  const socket = new Socket();
  const write = () => {
    socket.destroy(lost('the server is away'));
    return false;
  };
  return Object.assign(socket, { write });
}

function lost(reason: string): Error {
  return Object.assign(new Error(reason), { code: 'CONNECTION_CLOSED' });
}
