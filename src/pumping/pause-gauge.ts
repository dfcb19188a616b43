import type { Clock } from '../platform/clock.js';
import type { Metrics, SharedGauge } from '../platform/metrics.js';
import type { SendPauseRepository } from './send-pause.repository.js';

/** Shows how many pauses hold. A country whose pauses are over shows 0 from then on. */
export function pauseGauge(parts: { pauses: SendPauseRepository; clock: Clock; metrics: Metrics }): SharedGauge {
  const { pauses, clock, metrics } = parts;
  const shown = new Map<string, { scope: string; country: string }>();
  return async () => {
    const inForce = await pauses.countInForce(clock.now());
    for (const labels of shown.values()) metrics.set('pauses_in_force', labels, 0);
    for (const { count, ...labels } of inForce) {
      shown.set(`${labels.scope} ${labels.country}`, labels);
      metrics.set('pauses_in_force', labels, count);
    }
  };
}
