import { setTimeout as pause } from 'node:timers/promises';
import { BundledServerError, InUseElsewhereError } from './error.js';
import type { FolderClaim } from './folder-claim.js';
import { obtainServer, type ServerRequest } from './obtain.js';
import { processKind } from './pid-file.js';
import { stoppedToProtect, stopServer } from './postmaster.js';
import type { ServerConnection } from './server-connection.js';

const retryEvery = 1_000;
const answerWithin = 5_000;

export interface KeptParts {
  readonly request: ServerRequest;
  readonly claim: FolderClaim;
  /** Called when the server is not to be started again. */
  readonly onGivenUp: (reason: BundledServerError) => void;
}

/**
 * Keeps this process connected to the server. When the connection is lost (the server died or was restarted), it joins
 * the server again, and starts the server if it does not run. It gives up where another server would be destroyed by that.
 */
export class KeptConnection {
  readonly #parts: KeptParts;
  #connection: ServerConnection;
  #rejoined: Promise<void> = Promise.resolve();
  #isGivenUp = false;

  constructor(parts: KeptParts, connection: ServerConnection) {
    this.#parts = parts;
    this.#connection = connection;
    this.#watch();
    void parts.claim.lost.then(() => this.#leaveFolder());
  }

  /**
   * Closes the connection, and stops the server if no other process uses it. Abort the signal in `request` before.
   * @param stopWithin milliseconds
   */
  async end(stopWithin: number): Promise<void> {
    const { request, claim } = this.#parts;
    await this.#rejoined;
    // Without an answer in time, the server is gone or too busy. Then it is not stopped here: another process that uses
    // it stops it later, or the next start adopts it.
    const tooLate = pause(answerWithin, false, { ref: false });
    const asking = this.#isGivenUp ? Promise.resolve(false) : this.#connection.becomeOnlyUser();
    const alone = await Promise.race([asking, tooLate]).catch(() => false);
    // Keep the lock until the server has stopped, so that no process joins a server that is stopping.
    if (alone) await stopServer(request.cluster, stopWithin);
    await claim.end({ release: alone });
    await this.#connection.end();
  }

  #watch(): void {
    void this.#connection.lost.then(() => {
      this.#rejoined = this.#rejoin();
    });
  }

  async #rejoin(): Promise<void> {
    const { request } = this.#parts;
    const { signal } = request;
    const lost = this.#connection;
    while (!signal.aborted && !this.#isGivenUp && this.#connection === lost) {
      if (await this.#mustNotRestart()) return;
      await obtainServer(request).then(
        (connection) => this.#replace(connection),
        (error: unknown) => {
          if (error instanceof InUseElsewhereError) return this.#giveUp(error);
          return pause(retryEvery, undefined, { signal }).catch(() => undefined);
        },
      );
    }
  }

  async #mustNotRestart(): Promise<boolean> {
    const { folder } = this.#parts.request.cluster;
    if (!(await stoppedToProtect(folder))) return false;
    const message = `PostgreSQL stopped to protect its data, because ${folder} was removed or taken by another server`;
    this.#giveUp(new BundledServerError(`${message}: see that only one container or machine uses it, and start again`));
    return true;
  }

  /** Another world has taken the folder while this process did not run (a machine that was paused). */
  async #leaveFolder(): Promise<void> {
    const { pid } = this.#connection;
    // The process id in the folder is that of the other server by now. `immediate`: it must not write any more.
    if ((await processKind(pid)) === 'server') process.kill(pid, 'SIGQUIT');
    this.#giveUp(new InUseElsewhereError(this.#parts.request.cluster.folder));
  }

  #giveUp(reason: BundledServerError): void {
    if (this.#isGivenUp || this.#parts.request.signal.aborted) return;
    this.#isGivenUp = true;
    this.#parts.onGivenUp(reason);
  }

  async #replace(connection: ServerConnection): Promise<void> {
    const lost = this.#connection;
    this.#connection = connection;
    this.#watch();
    await lost.end();
  }
}
