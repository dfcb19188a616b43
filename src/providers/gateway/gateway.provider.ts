import { channels } from '../../texts/channel.js';
import { PROVIDER_TIMEOUT_MS } from '../message-sender.js';
import { defineProvider } from '../provider.js';
import { gatewaySettings, readGateway } from './gateway.settings.js';

const WRONG_PATH = 'The server does not take messages at that address. Check the path in WEBHOOK_URL.';

/** A gateway that the operator runs, reached by Standard Webhooks. */
export const gatewayProvider = defineProvider({
  name: 'webhook',
  channels,
  settings: gatewaySettings,
  advice: {
    badCredentials: 'The gateway does not accept the signature. Check WEBHOOK_SECRET on both sides, and both clocks.',
    byCode: {
      HTTP_402: 'The gateway wants to be paid first. Look at the account there.',
      HTTP_404: WRONG_PATH,
      HTTP_405: WRONG_PATH,
      HTTP_410: WRONG_PATH,
    },
  },
  read: readGateway,
  async openSender(config, { clock }) {
    const { WebhookSender } = await import('./gateway.sender.js');
    return new WebhookSender({ ...config, timeoutMs: PROVIDER_TIMEOUT_MS }, clock);
  },
  async openReceiver({ secret }, { reports, clock }) {
    const { WebhookReportReceiver } = await import('./gateway.receiver.js');
    return new WebhookReportReceiver({ secret, reports, clock });
  },
});
