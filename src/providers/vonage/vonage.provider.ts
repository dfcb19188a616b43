import { hasPublicHost } from '../http/public-host.js';
import { PROVIDER_TIMEOUT_MS } from '../message-sender.js';
import { defineProvider } from '../provider.js';
import { readVonage, vonageSettings } from './vonage.settings.js';

const WRONG_PATH = 'Vonage does not answer at that address. Check the path in VONAGE_BASE_URL.';

/** Vonage: texts by its Messages API. */
export const vonageProvider = defineProvider({
  name: 'vonage',
  channels: ['SMS'],
  settings: vonageSettings,
  advice: {
    badCredentials:
      'Check VONAGE_APPLICATION_ID and VONAGE_PRIVATE_KEY, that the application may use Messages, and that the account has credit.',
    byCode: {
      LOW_BALANCE: 'Nothing is left on the account. Pay in at the Vonage dashboard.',
      1070: 'Nothing is left on the account. Pay in at the Vonage dashboard.',
      1120: 'The country does not accept this sender. Set VONAGE_FROM to a number of your account.',
      1160: 'A demo account sends only to numbers on its list. Add the number there, or pay in.',
      1420: 'VONAGE_FROM is no sender of this account.',
      HTTP_404: WRONG_PATH,
      HTTP_405: WRONG_PATH,
    },
  },
  read: readVonage,
  async openSender({ privateKey, ...config }, { clock, publicUrl }) {
    const { VonageSender } = await import('./vonage.sender.js');
    const { VONAGE_REPORT_PATH } = await import('./vonage.receiver.js');
    if (privateKey === null) throw new Error('VONAGE_PRIVATE_KEY was not checked');
    const takesReports = config.signatureSecret !== null && publicUrl !== null && hasPublicHost(publicUrl);
    const reportUrl = takesReports ? `${publicUrl}${VONAGE_REPORT_PATH}` : undefined;
    return new VonageSender({ ...config, privateKey, reportUrl, clock, timeoutMs: PROVIDER_TIMEOUT_MS });
  },
  async openReceiver({ signatureSecret, ...config }, { reports, clock }) {
    if (signatureSecret === null) return null;
    const { VonageReportReceiver } = await import('./vonage.receiver.js');
    return new VonageReportReceiver({ ...config, signatureSecret, reports, clock });
  },
});
