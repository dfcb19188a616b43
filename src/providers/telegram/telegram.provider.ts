import { PROVIDER_TIMEOUT_MS } from '../message-sender.js';
import { defineProvider } from '../provider.js';
import { reportAddress } from './report-address.js';
import { readTelegram, telegramSettings } from './telegram.settings.js';

const WRONG_PATH = 'The Gateway API is not at that address. Check TELEGRAM_BASE_URL.';
const SENDER =
  'Check TELEGRAM_SENDER_USERNAME: the channel must be verified, and the account of the token must own it.';

/** Telegram's Gateway: codes as messages in Telegram. */
export const telegramProvider = defineProvider({
  name: 'telegram',
  channels: ['TELEGRAM'],
  settings: telegramSettings,
  advice: {
    badCredentials: 'Check TELEGRAM_GATEWAY_TOKEN, and that the account at gateway.telegram.org has funds.',
    byCode: {
      BALANCE_NOT_ENOUGH: 'The account has no funds left. Add some at gateway.telegram.org.',
      SENDER_USERNAME_INVALID: SENDER,
      SENDER_NOT_VERIFIED: SENDER,
      SENDER_NOT_OWNED: SENDER,
      CALLBACK_URL_INVALID: 'Telegram cannot report to this service. Check PUBLIC_URL.',
      UNKNOWN_METHOD: WRONG_PATH,
      HTTP_404: WRONG_PATH,
      HTTP_405: WRONG_PATH,
    },
  },
  read: readTelegram,
  async openSender(config, { clock, publicUrl }) {
    const { TelegramSender } = await import('./telegram.sender.js');
    const parts = { ...config, clock, timeoutMs: PROVIDER_TIMEOUT_MS };
    return new TelegramSender({ ...parts, reportUrl: reportAddress(publicUrl) });
  },
  async openReceiver({ token }, { reports, clock }) {
    const { TelegramReportReceiver } = await import('./telegram.receiver.js');
    return new TelegramReportReceiver({ token, reports, clock });
  },
});
