import { connect, Socket } from 'node:net';

/** Where postgres.js wants a connection to: its options, as far as they matter here. */
export interface DialTarget {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Of a Unix socket. */
  readonly path: string | false | undefined;
}

/**
 * Makes sockets for postgres.js that fail soon where its own would leave queries waiting: where the other side hangs up
 * before the handshake is done (a proxy whose server is away; porsager/postgres#1193), and where many queries queue up
 * for a server that is away. Once it was found away, one connection at a time finds out whether it is back.
 */
export class Dialer {
  #away = false;
  #probe: Socket | null = null;

  /** From now on the server counts as away. */
  giveUp(): void {
    this.#away = true;
  }

  dial({ host: [host], port: [port], path }: DialTarget): Socket {
    if (this.#probe) return stillborn();
    const socket = path ? connect(path) : connect(port ?? 5432, host);
    failOnce(socket);
    if (this.#away) this.#probe = socket;
    const absent = () => this.#learn(socket, true);
    socket.once('close', absent);
    socket.once('data', () => {
      socket.removeListener('close', absent);
      this.#learn(socket, false);
    });
    // postgres.js checks the certificate against it.
    return Object.assign(socket, { host });
  }

  #learn(socket: Socket, away: boolean): void {
    this.#away = away;
    if (this.#probe === socket) this.#probe = null;
  }
}

/**
 * Before the first answer, a connection fails with an error, or postgres.js would dial again without a pause. After it,
 * it just ends: of a query that postgres.js sends between an error and the end, it would never hear again.
 */
function failOnce(socket: Socket): void {
  const emit = socket.emit.bind(socket);
  const answered = () => socket.bytesRead > 0;
  socket.emit = (event: string, ...values: unknown[]) => {
    if (event === 'error' && answered()) return true;
    return event === 'close' ? emit(event, !answered()) : emit(event, ...values);
  };
  socket.once('end', () => socket.destroy(answered() ? undefined : lost('the server closed the connection')));
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
