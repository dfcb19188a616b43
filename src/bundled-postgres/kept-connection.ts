import { setTimeout as pause } from 'node:timers/promises';
import { obtainServer, type ServerRequest } from './obtain.js';
import { stopServer } from './postmaster.js';
import type { ServerConnection } from './server-connection.js';

const retryEvery = 1_000;
const answerWithin = 5_000;

/**
 * Keeps this process connected to the server. When the connection is lost (the server died or was restarted), it joins
 * the server again, and starts the server if it does not run.
 */
export class KeptConnection {
  readonly #request: ServerRequest;
  #connection: ServerConnection;
  #rejoined: Promise<void> = Promise.resolve();

  constructor(request: ServerRequest, connection: ServerConnection) {
    this.#request = request;
    this.#connection = connection;
    this.#watch();
  }

  /**
   * Closes the connection, and stops the server if no other process uses it. Abort the signal in `request` before.
   * @param stopWithin milliseconds
   */
  async end(stopWithin: number): Promise<void> {
    await this.#rejoined;
    // Without an answer in time, the server is gone or too busy. Then it is not stopped here: another process that uses
    // it stops it later, or the next start adopts it.
    const tooLate = pause(answerWithin, false, { ref: false });
    const alone = await Promise.race([this.#connection.becomeOnlyUser(), tooLate]).catch(() => false);
    // Keep the lock until the server has stopped, so that no process joins a server that is stopping.
    if (alone) await stopServer(this.#request.cluster, stopWithin);
    await this.#connection.end();
  }

  #watch(): void {
    void this.#connection.lost.then(() => {
      this.#rejoined = this.#rejoin();
    });
  }

  async #rejoin(): Promise<void> {
    const { signal } = this.#request;
    const lost = this.#connection;
    while (!signal.aborted && this.#connection === lost) {
      await obtainServer(this.#request).then(
        (connection) => this.#replace(connection),
        () => pause(retryEvery, undefined, { signal }).catch(() => undefined),
      );
    }
  }

  async #replace(connection: ServerConnection): Promise<void> {
    const lost = this.#connection;
    this.#connection = connection;
    this.#watch();
    await lost.end();
  }
}
