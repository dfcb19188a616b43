import type { Origin } from '../../audit/origin.js';
import type { Clock } from '../../platform/clock.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import type { ExportRepository } from './export.repository.js';
import type { PersonalData } from './personal-data.js';

export interface ExportMyDataParts {
  readonly exports: ExportRepository;
  readonly clock: Clock;
}

/** Gives owners what is kept about them. */
export class ExportMyDataService {
  readonly #parts: ExportMyDataParts;

  constructor(parts: ExportMyDataParts) {
    this.#parts = parts;
  }

  async exportData({
    session,
    origin,
  }: {
    session: LiveSession;
    origin: Origin;
  }): Promise<PersonalData & { readonly exportedAt: Date }> {
    const { exports, clock } = this.#parts;
    const now = clock.now();
    const asking = { sessionId: session.id, deviceId: session.deviceId, origin };
    const data = await exports.read(session.user, asking, now);
    return { exportedAt: now, ...data };
  }
}
