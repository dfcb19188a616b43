import { MOST_UNDER_WAY, SEND_WITHIN } from '../../message-sender.js';
import { defineProvider } from '../../provider.js';
import { readTwilioVerify, twilioVerifySettings } from './verify.settings.js';

const NO_SERVICE = 'There is no such Verify service in this account. Check TWILIO_VERIFY_SERVICE_SID.';

/** Milliseconds for one request. A message takes three at most: what is there, away with it, and the message. */
const TIMEOUT_MS = Math.floor((SEND_WITHIN / 3) * 1000);

/** Twilio Verify: codes of ours in Twilio's templates, by text, WhatsApp and call. */
export const twilioVerifyProvider = defineProvider({
  name: 'twilio-verify',
  channels: ['SMS', 'WHATSAPP', 'VOICE'],
  settings: twilioVerifySettings,
  advice: {
    badCredentials: 'Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, and that the account is active and has funds.',
    byCode: {
      20404: NO_SERVICE,
      HTTP_404: NO_SERVICE,
      60200: 'Verify does not take the number, the channel or TWILIO_VERIFY_TEMPLATE_SID.',
      60203: 'Verify sends five messages to a number in ten minutes. Wait, or try another number.',
      60204:
        'The Verify service does not take codes of ours. Enable "Custom Verification Code" in its settings in the Twilio console.',
      60220: 'Twilio wants to know the use case before it sends to China.',
      60223: 'The channel is off in the Verify service. Switch it on in the Twilio console.',
      60238: 'Verify has blocked the number or its range. Look at the Verify service in the Twilio console.',
      60410: 'Fraud Guard has blocked the number range. Look at the Verify service in the Twilio console.',
      60605: 'The Verify service does not send to that country. Enable it in the geographic permissions of Verify.',
      NOT_A_CODE: 'Verify sends codes only. Put another provider behind it for notices.',
    },
  },
  read: readTwilioVerify,
  async openSender(config) {
    const { createTwilioVerifySender } = await import('./verify.sender.js');
    return createTwilioVerifySender({ ...config, timeoutMs: TIMEOUT_MS, maxSockets: MOST_UNDER_WAY });
  },
});
