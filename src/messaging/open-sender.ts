import type { Writable } from 'node:stream';
import { ConsoleSender } from './console.sender.js';
import { type MessageSender, MOST_UNDER_WAY, SEND_WITHIN } from './message-sender.js';
import { createTwilioSender, type TwilioSettings } from './twilio.sender.js';

export type SenderSettings =
  | { readonly provider: 'console' }
  | ({ readonly provider: 'twilio' } & Omit<TwilioSettings, 'timeoutMs' | 'maxSockets'>);

/** An attempt is two requests at most: one looks whether an earlier one was taken. */
const PROVIDER_TIMEOUT_MS = (SEND_WITHIN / 2) * 1000;

/** The sender that the configuration names. */
export async function openSender(settings: SenderSettings, output: Writable): Promise<MessageSender> {
  if (settings.provider === 'console') return new ConsoleSender(output);
  return createTwilioSender({ ...settings, timeoutMs: PROVIDER_TIMEOUT_MS, maxSockets: MOST_UNDER_WAY });
}
