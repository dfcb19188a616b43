import type { Writable } from 'node:stream';
import { ConsoleSender } from './console.sender.js';
import type { MessageSender } from './message-sender.js';
import { createTwilioSender, type TwilioSettings } from './twilio.sender.js';

export type SenderSettings =
  | { readonly provider: 'console' }
  | ({ readonly provider: 'twilio' } & Omit<TwilioSettings, 'timeoutMs'>);

/** Long enough for a slow provider, short enough to be settled before the code matters. */
const PROVIDER_TIMEOUT_MS = 10_000;

/** The sender that the configuration names. */
export async function openSender(settings: SenderSettings, output: Writable): Promise<MessageSender> {
  if (settings.provider === 'console') return new ConsoleSender(output);
  return createTwilioSender({ ...settings, timeoutMs: PROVIDER_TIMEOUT_MS });
}
