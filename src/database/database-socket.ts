import { connect, Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/** Where postgres.js wants a connection to: its options, as far as they matter here. */
export interface DialTarget {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Of a Unix socket. */
  readonly path: string | false | undefined;
}

/**
 * Makes sockets for postgres.js that fail soon where its own would leave callers waiting: when the other side hangs up
 * before the handshake is done (a proxy whose server is away), when it falls silent, and when many queries queue up for
 * a server that is away.
 * @param answerWithin milliseconds of silence after a query until the server is given up: a machine or a network that
 * is gone sends no word of it, and TCP by itself goes on for a quarter of an hour. Null: queries may take their time.
 */
export function databaseSocket(answerWithin: number | null): (target: DialTarget) => Socket {
  const outage = new Outage();
  return ({ host: [host], port: [port], path }) => {
    if (outage.probing) return stillborn();
    const socket = path ? connect(path) : connect(port ?? 5432, host);
    socket.once('end', () => socket.destroy(lost('CONNECTION_CLOSED', 'the server closed the connection')));
    outage.watch(socket);
    if (answerWithin !== null) endInSilence(socket, { answerWithin, outage });
    // postgres.js checks the certificate against it.
    return Object.assign(socket, { host });
  };
}

/** Once a server was found away, one connection at a time finds out whether it is back; the others fail meanwhile. */
class Outage {
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
      this.#away = away;
      if (this.#probe === socket) this.#probe = null;
      socket.removeListener('close', absent);
    };
    const absent = () => learn(true);
    socket.once('data', () => learn(false));
    socket.once('close', absent);
  }
}

/** Looks at counters instead of listening: postgres.js takes every listener away when it puts TLS over a socket. */
function endInSilence(socket: Socket, { answerWithin, outage }: { answerWithin: number; outage: Outage }): void {
  let [read, written] = [0, 0];
  let waitingSince = Number.POSITIVE_INFINITY;
  const timer = setInterval(() => {
    if (socket.destroyed) return clearInterval(timer);
    const now = performance.now();
    if (socket.bytesRead !== read) {
      [read, written, waitingSince] = [socket.bytesRead, socket.bytesWritten, Number.POSITIVE_INFINITY];
    } else if (socket.bytesWritten !== written) {
      waitingSince = Math.min(waitingSince, now);
    }
    if (now - waitingSince < answerWithin) return;
    outage.begin();
    socket.destroy(lost('ETIMEDOUT', 'the server does not answer'));
  }, answerWithin / 10);
  timer.unref();
}

/** Fails at the first write: a postgres.js connection that fails with a write ahead of it would be spoilt. */
function stillborn(): Socket {
  const socket = new Socket();
  const write = () => {
    socket.destroy(lost('CONNECTION_CLOSED', 'the server is away'));
    return false;
  };
  return Object.assign(socket, { write });
}

function lost(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
