import type { ErasureRepository } from './erasure.repository.js';

/** Accounts of one round. The next round, a minute later, goes on. */
const MOST = 200;

/** Carries out the deletions whose grace period is over. */
export class DueDeletions {
  readonly #erasures: ErasureRepository;

  constructor(erasures: ErasureRepository) {
    this.#erasures = erasures;
  }

  /** Erases up to `most` accounts, each by itself. What another process or a change comes before is left to the next round. */
  async removeOver(now: Date, most: number): Promise<number> {
    let erased = 0;
    for (const leaver of await this.#erasures.due(now, Math.min(most, MOST))) {
      const result = await this.#erasures.erase({
        leaver,
        sessionId: null,
        endsAdministrator: leaver.role === 'ADMIN',
        notices: [],
        now,
      });
      if (result === 'erased') erased += 1;
    }
    return erased;
  }
}
