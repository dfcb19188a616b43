import { PROVIDER_TIMEOUT_MS } from '../message-sender.js';
import { defineProvider } from '../provider.js';
import { readWhatsApp, whatsAppSettings } from './whatsapp.settings.js';

const TEMPLATE =
  'Meta does not have the template like that. It must be an authentication template with a button, its name WHATSAPP_TEMPLATE, and approved in each of WHATSAPP_TEMPLATE_LANGUAGES.';
const WRONG_PATH = 'The Graph API does not answer at that address. Check WHATSAPP_BASE_URL and WHATSAPP_API_VERSION.';

/** WhatsApp by Meta's Cloud API: codes in authentication templates. */
export const whatsAppProvider = defineProvider({
  name: 'whatsapp',
  channels: ['WHATSAPP'],
  settings: whatsAppSettings,
  advice: {
    badCredentials: 'Check WHATSAPP_ACCESS_TOKEN, its permissions, and WHATSAPP_PHONE_NUMBER_ID.',
    byCode: {
      '100':
        'Meta does not know the number or the template as they are set. Check WHATSAPP_PHONE_NUMBER_ID and WHATSAPP_TEMPLATE.',
      '190': 'The access token is over. Make a permanent one for a system user.',
      '368': 'Meta blocked the account for what it sent. Look at the account quality in the WhatsApp Manager.',
      '131030': 'A number for tests sends to five numbers only. Add that number in the app at Meta.',
      '131031': 'Meta locked the account. Look at the account quality in the WhatsApp Manager.',
      '131042': 'Meta could not charge the account. Look at its payment method.',
      '131049': 'Meta chose not to deliver the message. Try again later, or send by another channel.',
      '132000': TEMPLATE,
      '132001': TEMPLATE,
      '132012': TEMPLATE,
      '132015': 'Meta paused the template, because people reported it. Wait, or make another one.',
      '132016': 'Meta disabled the template. Make another one.',
      HTTP_404: WRONG_PATH,
    },
  },
  read: readWhatsApp,
  async openSender(config, { clock }) {
    const { WhatsAppSender } = await import('./whatsapp.sender.js');
    return new WhatsAppSender({ ...config, clock, timeoutMs: PROVIDER_TIMEOUT_MS });
  },
  async openReceiver({ reports: signing, phoneNumberId }, { reports }) {
    if (signing === null) return null;
    const { WhatsAppReportReceiver } = await import('./whatsapp.receiver.js');
    return new WhatsAppReportReceiver({ ...signing, phoneNumberId, reports });
  },
});
