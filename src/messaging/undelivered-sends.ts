import type { PumpingGuardService } from '../pumping/pumping-guard.service.js';
import type { UncountedSend, UncountedSendRepository } from './uncounted-send.repository.js';

/** Tells the pumping guard which sends are no evidence of fraud: their messages did not arrive. */
export class UndeliveredSends {
  readonly #rows: UncountedSendRepository;
  readonly #guard: Pick<PumpingGuardService, 'undelivered'>;

  constructor({ rows, guard }: { rows: UncountedSendRepository; guard: Pick<PumpingGuardService, 'undelivered'> }) {
    this.#rows = rows;
    this.#guard = guard;
  }

  /** A message was lost, or never went out. */
  async lost(messageId: string): Promise<void> {
    this.#tell(await this.#rows.lost(messageId));
  }

  /** Messages are without the report that their provider usually sends. */
  async unreported(now: Date): Promise<void> {
    this.#tell(await this.#rows.unreported(now));
  }

  #tell(sends: readonly UncountedSend[]): void {
    for (const send of sends) this.#guard.undelivered(send);
  }
}
