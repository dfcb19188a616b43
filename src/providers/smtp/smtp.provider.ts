import { UNTRUSTED } from '../failure-advice.js';
import { PROVIDER_TIMEOUT_MS } from '../message-sender.js';
import { defineProvider } from '../provider.js';
import { readSmtp, smtpSettings } from './smtp.settings.js';

/** A mail server of the operator's choice. */
export const smtpProvider = defineProvider({
  name: 'smtp',
  channels: ['EMAIL'],
  standard: { channel: 'EMAIL', setting: 'SMTP_URL' },
  settings: smtpSettings,
  advice: {
    badCredentials: 'The mail server does not accept the credentials. Check the user and the password in SMTP_URL.',
    byCode: {
      NO_STARTTLS: 'The server offers no encryption (STARTTLS), so nothing is sent. Use smtps:// or another port.',
      TLS_FAILED: UNTRUSTED,
    },
  },
  read: readSmtp,
  async openSender(config, { clock, production, stops }) {
    const { createSmtpSender } = await import('./smtp.sender.js');
    const settings = { ...config, requireTls: production, timeoutMs: PROVIDER_TIMEOUT_MS };
    const sender = await createSmtpSender(settings, clock);
    stops.push(() => sender.close());
    return sender;
  },
});
