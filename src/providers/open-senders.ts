import type { Writable } from 'node:stream';
import type { Clock } from '../platform/clock.js';
import { ConsoleSender } from './console/console.sender.js';
import { type MessageSender, MOST_UNDER_WAY, type Provider, SEND_WITHIN } from './message-sender.js';
import { speechIn } from '../texts/otp-speech.js';
import { createSmtpSender, type SmtpSettings } from './smtp/smtp.sender.js';
import type { TextSettings } from '../texts/text-settings.js';
import { createTwilioSender, type TwilioSettings } from './twilio/twilio.sender.js';
import { twilioStatusUrl } from './twilio/status-url.js';
import { WebhookSender, type WebhookSettings } from './gateway/gateway.sender.js';

/** Who sends, and what they need for it: a provider's settings are there if a route leads to it. */
export interface DeliverySettings {
  readonly routes: { readonly providers: ReadonlySet<Provider> };
  readonly texts: Pick<TextSettings, 'serviceName'>;
  readonly twilio:
    | (Pick<TwilioSettings, 'accountSid' | 'authToken' | 'from' | 'whatsapp' | 'baseUrl'> & {
        /** Of calls; null: there are none. */
        readonly callFrom: string | null;
      })
    | null;
  readonly webhook: Pick<WebhookSettings, 'url' | 'secret'> | null;
  readonly smtp: Pick<SmtpSettings, 'url' | 'from'> | null;
}

export interface SenderParts {
  readonly clock: Clock;
  /** Where `console` prints. */
  readonly output: Writable;
  /** Where providers report; null: not configured. */
  readonly publicUrl: string | null;
  /** Whether emails must travel encrypted. */
  readonly production: boolean;
  /** Gets what ends connections that are kept open: to be called once nothing is under way any more. */
  readonly stops: (() => Promise<void>)[];
}

/** Half of what a message may take: Twilio gets two requests, and a second provider has time left for its own. */
const PROVIDER_TIMEOUT_MS = (SEND_WITHIN / 2) * 1000;

/** The senders that routes lead to; the packages of others are not loaded. */
export async function openSenders(
  settings: DeliverySettings,
  parts: SenderParts,
): Promise<ReadonlyMap<Provider, MessageSender>> {
  const used = [...settings.routes.providers];
  const opened = await Promise.all(used.map((provider) => opening[provider](settings, parts)));
  return new Map(opened.map((sender) => [sender.provider, sender]));
}

type Opening = (settings: DeliverySettings, parts: SenderParts) => MessageSender | Promise<MessageSender>;

const opening: Readonly<Record<Provider, Opening>> = {
  console: (_settings, { output }) => new ConsoleSender(output),
  twilio({ twilio, texts }, { publicUrl }) {
    const { callFrom, ...settings } = present(twilio, 'twilio');
    const englishSpeech = speechIn('en', texts.serviceName);
    return createTwilioSender({
      ...settings,
      call: callFrom === null ? null : { from: callFrom, englishSpeech },
      statusUrl: twilioStatusUrl(publicUrl),
      timeoutMs: PROVIDER_TIMEOUT_MS,
      maxSockets: MOST_UNDER_WAY,
    });
  },
  webhook: ({ webhook }, { clock }) =>
    new WebhookSender({ ...present(webhook, 'webhook'), timeoutMs: PROVIDER_TIMEOUT_MS }, clock),
  async smtp({ smtp }, { clock, production, stops }) {
    const settings = { ...present(smtp, 'smtp'), requireTls: production, timeoutMs: PROVIDER_TIMEOUT_MS };
    const sender = await createSmtpSender(settings, clock);
    stops.push(() => sender.close());
    return sender;
  },
};

/** The configuration sees to it. */
function present<Value>(value: Value | null, provider: Provider): Value {
  if (value === null) throw new Error(`a route leads to ${provider}, which has no settings`);
  return value;
}
