import { setTimeout as pause } from 'node:timers/promises';
import { obtainServer, type Wanted } from './obtain.js';
import { stopServer } from './postmaster.js';
import type { Session } from './session.js';

const retryEvery = 1_000;
const leaveWithin = 5_000;

/**
 * Holds on to the server for this process. When the connection that holds the lock is lost (the server died or was
 * restarted), it joins again, and starts the server again if need be.
 */
export class ServerUse {
  readonly #wanted: Wanted;
  #session: Session;
  #rejoined: Promise<void> = Promise.resolve();

  constructor(wanted: Wanted, session: Session) {
    this.#wanted = wanted;
    this.#session = session;
    this.#watch();
  }

  /**
   * Ends the use, and the server if nobody else uses it. The signal in `wanted` must be aborted before.
   * @param stopWithin milliseconds
   */
  async end(stopWithin: number): Promise<void> {
    await this.#rejoined;
    // No answer: the server is gone, or too busy to tell whether others use it, and then it is theirs or the next start's.
    const tooLate = pause(leaveWithin, false, { ref: false });
    const alone = await Promise.race([this.#session.leave(), tooLate]).catch(() => false);
    // The lock is kept until the server has stopped, so that nobody joins a server that is about to go.
    if (alone) await stopServer(this.#wanted.cluster, stopWithin);
    await this.#session.end();
  }

  #watch(): void {
    void this.#session.lost.then(() => {
      this.#rejoined = this.#rejoin();
    });
  }

  async #rejoin(): Promise<void> {
    const { signal } = this.#wanted;
    const lost = this.#session;
    while (!signal.aborted && this.#session === lost) {
      await obtainServer(this.#wanted).then(
        (session) => this.#replace(session),
        () => pause(retryEvery, undefined, { signal }).catch(() => undefined),
      );
    }
  }

  async #replace(session: Session): Promise<void> {
    const lost = this.#session;
    this.#session = session;
    this.#watch();
    await lost.end();
  }
}
