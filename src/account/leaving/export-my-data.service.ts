import type { Clock } from '../../platform/clock.js';
import type { Random } from '../../platform/random.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import type { ExportRepository } from './export.repository.js';
import type { PersonalData } from './personal-data.js';

export interface ExportMyDataParts {
  readonly exports: ExportRepository;
  readonly clock: Clock;
  readonly random: Random;
}

/** Gives owners what is kept about them. */
export class ExportMyDataService {
  readonly #parts: ExportMyDataParts;

  constructor(parts: ExportMyDataParts) {
    this.#parts = parts;
  }

  async exportData({
    session,
    ipAddress,
  }: {
    session: LiveSession;
    ipAddress: string | null;
  }): Promise<PersonalData & { readonly exportedAt: Date }> {
    const { exports, clock, random } = this.#parts;
    const now = clock.now();
    const asking = { sessionId: session.id, deviceId: session.deviceId, ipAddress };
    const data = await exports.read(session.user, { ...asking, eventId: random.rowId(clock), now });
    return { exportedAt: now, ...data };
  }
}
