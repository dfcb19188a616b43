import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { CamaraSignals } from './camara/camara-signals.js';
import { type NumberSignals, noSignals } from './number-signals.js';
import type { NumberSignalConfig } from './number-signals.settings.js';

const TIMEOUT_MS = 2_000;

/** What networks say of numbers, as it is configured. */
export function openNumberSignals(
  { camara }: NumberSignalConfig,
  parts: { clock: Clock; logger: Logger; metrics: Metrics },
): NumberSignals {
  return camara === null ? noSignals : new CamaraSignals({ ...parts, settings: camara, timeoutMs: TIMEOUT_MS });
}
