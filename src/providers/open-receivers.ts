import type { Clock } from '../platform/clock.js';
import type { DeliveryReports, ReportReceiver } from './delivery-report.js';
import { createTwilioReceiver } from './twilio/twilio.receiver.js';
import { WebhookReportReceiver } from './gateway/gateway.receiver.js';

/** Providers that report, and what their reports are known by; null: nothing goes through them. */
export interface ReceiverSettings {
  readonly twilio: { readonly accountSid: string; readonly authToken: string } | null;
  readonly webhook: { readonly secret: string } | null;
}

/** A receiver for each provider in use that reports what becomes of messages. */
export async function openReceivers(
  { twilio, webhook }: ReceiverSettings,
  { reports, clock }: { reports: DeliveryReports; clock: Clock },
): Promise<readonly ReportReceiver[]> {
  const receivers: ReportReceiver[] = [];
  if (twilio) receivers.push(await createTwilioReceiver({ ...twilio, reports }));
  if (webhook) receivers.push(new WebhookReportReceiver({ ...webhook, reports, clock }));
  return receivers;
}
