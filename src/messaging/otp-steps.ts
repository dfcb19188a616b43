import type { Metrics } from '../platform/metrics.js';
import type { DeliveryTarget } from './delivery-routes.js';

/** The way of a code, from the request to the sign-in. */
export type OtpStep = 'requested' | 'sent' | 'delivered' | 'verified';

/** Counts a code at one of its steps. Notices and messages through other metrics are not counted here. */
export function countStep(metrics: Metrics, step: OtpStep, { channel, country }: DeliveryTarget): void {
  metrics.count('otp_steps_total', { step, channel, country: country ?? 'none' });
}
