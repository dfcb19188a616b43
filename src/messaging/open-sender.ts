import type { Writable } from 'node:stream';
import { ConsoleSender } from './console.sender.js';
import { type MessageSender, MOST_UNDER_WAY, SEND_WITHIN } from './message-sender.js';
import { createTwilioSender, type TwilioSettings } from './twilio.sender.js';

export interface SenderSettings {
  readonly twilio:
    | (Omit<TwilioSettings, 'timeoutMs' | 'maxSockets' | 'from'> & { readonly from: TwilioSettings['from'] | null })
    | null;
}

/** An attempt is two requests at most: one looks whether an earlier one was taken. */
const PROVIDER_TIMEOUT_MS = (SEND_WITHIN / 2) * 1000;

/** The sender that the configuration names. */
export async function openSender(settings: SenderSettings, output: Writable): Promise<MessageSender> {
  const { twilio } = settings;
  if (twilio?.from == null) return new ConsoleSender(output);
  return createTwilioSender({
    ...twilio,
    from: twilio.from,
    timeoutMs: PROVIDER_TIMEOUT_MS,
    maxSockets: MOST_UNDER_WAY,
  });
}
