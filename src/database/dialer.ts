import { connect, Socket } from 'node:net';

/** The target of a connection: the options of postgres.js that are needed here. */
export interface DialTarget {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** The path of a Unix socket. */
  readonly path: string | false | undefined;
}

/** While the server is unavailable, one connection at a time tries whether it is back. All others fail at once. */
export class Outage {
  #away = false;
  #probe: Socket | null = null;

  get probing(): boolean {
    return this.#probe !== null;
  }

  begin(): void {
    this.#away = true;
  }

  /** Sees from a new connection whether the server is available. */
  observe(socket: Socket): void {
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
 * Makes sockets for postgres.js that fail soon. With its own sockets, queries keep waiting in two cases: when the other
 * side closes the connection before the handshake is done (a proxy whose server is unavailable;
 * porsager/postgres#1193), and when many queries queue up for an unavailable server.
 */
export class Dialer {
  readonly #outage: Outage;
  #sockets: Socket[] = [];

  constructor(outage: Outage) {
    this.#outage = outage;
  }

  /** Whether a server has ever sent anything on one of the connections. */
  answered = false;

  dial({ host: [host], port: [port], path }: DialTarget): Socket {
    if (this.#outage.probing) return failingSocket();
    const socket = path ? connect(path) : connect(port ?? 5432, host);
    failAtOnce(socket);
    this.#outage.observe(socket);
    socket.once('data', () => {
      this.answered = true;
    });
    this.#sockets = [...this.#sockets.filter(({ destroyed }) => !destroyed), socket];
    // postgres.js checks the certificate against the host.
    return Object.assign(socket, { host });
  }

  /** Ends all connections at once. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy(lost('the server does not answer'));
  }
}

/**
 * However a connection ends, postgres.js gets an error and the close event, both at one moment. Without an error during
 * the handshake, it would connect again without a pause. And a query that it sends between the error and the close
 * event would never get an answer.
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
    // With TLS, the listeners are on the TLS socket, which reports errors by itself.
    if (socket.listenerCount('error') > 0) emit('error', failure);
    return emit('close', true);
  };
}

/**
 * Fails at the first write. If it failed before, postgres.js would keep the unwritten bytes and never connect again.
 */
function failingSocket(): Socket {
  const socket = new Socket();
  const write = () => {
    socket.destroy(lost('the server is unavailable'));
    return false;
  };
  return Object.assign(socket, { write });
}

function lost(reason: string): Error {
  return Object.assign(new Error(reason), { code: 'CONNECTION_CLOSED' });
}
