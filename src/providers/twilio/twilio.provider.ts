import { MOST_UNDER_WAY, PROVIDER_TIMEOUT_MS } from '../message-sender.js';
import { defineProvider } from '../provider.js';
import { twilioStatusUrl } from './status-url.js';
import { readTwilio, twilioSettings } from './twilio.settings.js';

const WRONG_PATH = 'Twilio does not answer at that address. Check the path in TWILIO_BASE_URL.';

/** Twilio: texts, WhatsApp messages and calls. */
export const twilioProvider = defineProvider({
  name: 'twilio',
  channels: ['SMS', 'WHATSAPP', 'VOICE'],
  settings: twilioSettings,
  advice: {
    badCredentials: 'Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, and that the account is active and has funds.',
    byCode: { HTTP_404: WRONG_PATH, HTTP_405: WRONG_PATH },
  },
  read: readTwilio,
  async openSender({ callFrom, ...settings }, { publicUrl }) {
    const { createTwilioSender } = await import('./twilio.sender.js');
    const call = callFrom === null ? null : { from: callFrom };
    return createTwilioSender({
      ...settings,
      call,
      statusUrl: twilioStatusUrl(publicUrl),
      timeoutMs: PROVIDER_TIMEOUT_MS,
      maxSockets: MOST_UNDER_WAY,
    });
  },
  async openReceiver({ accountSid, authToken }, { reports }) {
    const { createTwilioReceiver } = await import('./twilio.receiver.js');
    return createTwilioReceiver({ accountSid, authToken, reports });
  },
});
