import type { Writable } from 'node:stream';
import { ConsoleSender } from './console.sender.js';
import type { DeliveryRoutes } from './delivery-routes.js';
import { type MessageSender, MOST_UNDER_WAY, type Provider, SEND_WITHIN } from './message-sender.js';
import { createTwilioSender, type TwilioSettings } from './twilio.sender.js';

export interface SenderSettings {
  readonly routes: DeliveryRoutes;
  readonly twilio:
    | (Omit<TwilioSettings, 'timeoutMs' | 'maxSockets' | 'from'> & { readonly from: TwilioSettings['from'] | null })
    | null;
}

/** An attempt is two requests at most: one looks whether an earlier one was taken. */
const PROVIDER_TIMEOUT_MS = (SEND_WITHIN / 2) * 1000;

/** The senders that the configuration names. */
export async function openSenders(
  settings: SenderSettings,
  output: Writable,
): Promise<ReadonlyMap<Provider, MessageSender>> {
  const { routes, twilio } = settings;
  const senders: MessageSender[] = [];
  if (routes.providers.has('console')) senders.push(new ConsoleSender(output));
  if (twilio?.from) {
    const limits = { timeoutMs: PROVIDER_TIMEOUT_MS, maxSockets: MOST_UNDER_WAY };
    senders.push(await createTwilioSender({ ...twilio, from: twilio.from, ...limits }));
  }
  return new Map(senders.map((sender) => [sender.provider, sender]));
}
