import type { Database } from '../database/database.js';
import { type Chore, chore } from '../platform/chore.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics, SharedGauge } from '../platform/metrics.js';
import { pauseGauge } from './pause-gauge.js';
import { ProofCounterRepository } from './proof-counter.repository.js';
import { PumpingGuardService } from './pumping-guard.service.js';
import { SendPauseRepository } from './send-pause.repository.js';

export interface PumpingParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface Pumping {
  readonly guard: PumpingGuardService;
  readonly gauges: readonly SharedGauge[];
  readonly chores: readonly Chore[];
}

export function createPumping({ db, clock, logger, metrics }: PumpingParts): Pumping {
  const counters = new ProofCounterRepository(db);
  const pauses = new SendPauseRepository(db);
  return {
    guard: new PumpingGuardService({ counters, pauses, clock, logger, metrics }),
    gauges: [pauseGauge({ pauses, clock, metrics })],
    chores: [chore('proof counters', counters), chore('pauses of sends', pauses)],
  };
}
