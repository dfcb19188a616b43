import type { Metrics } from '../../src/platform/metrics.js';

/** For services whose metrics nobody reads. */
export const noMetrics: Metrics = {
  count: () => undefined,
  observe: () => undefined,
  follow: () => undefined,
  set: () => undefined,
};
