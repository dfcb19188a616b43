import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { Tracing } from '../tracing/tracing.js';
import { CamaraSignals } from './camara/camara-signals.js';
import { type NumberSignals, noSignals, type SignalAnswer } from './number-signals.js';
import type { NumberSignalConfig } from './number-signals.settings.js';

const TIMEOUT_MS = 2_000;

/** What networks say of numbers, as it is configured. */
export function openNumberSignals(
  { camara }: NumberSignalConfig,
  parts: { clock: Clock; logger: Logger; metrics: Metrics; tracing?: Tracing | null | undefined },
): NumberSignals {
  if (camara === null) return noSignals;
  const { tracing = null } = parts;
  const signals = new CamaraSignals({ ...parts, settings: camara, timeoutMs: TIMEOUT_MS });
  return tracing === null ? signals : traced(signals, tracing);
}

function traced(signals: NumberSignals, tracing: Tracing): NumberSignals {
  const span = (name: string) => ({ name, isCall: true, attributes: { 'phone_accounts.provider': 'camara' } });
  const resultOf = (answer: SignalAnswer) => ({ outcome: answer, isFailure: answer === 'away' });
  return {
    swappedSince: (number, since) =>
      tracing.span(span('ask sim_swap'), () => signals.swappedSince(number, since), resultOf),
    recycledSince: (number, since) =>
      tracing.span(span('ask number_recycling'), () => signals.recycledSince(number, since), resultOf),
  };
}
