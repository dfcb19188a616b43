import { PROVIDER_TIMEOUT_MS } from '../message-sender.js';
import { defineProvider, type ProviderDefinition } from '../provider.js';
import { describedSettings, readDescribed } from './described.settings.js';
import type { Description } from './description.js';
import { reportAddress, takesReports } from './report-address.js';

/** The provider that a file describes. */
export function describedProvider(description: Description): ProviderDefinition {
  const { name, channels, advice, reports } = description;
  return defineProvider({
    name,
    channels,
    settings: describedSettings(description),
    advice: { badCredentials: advice.badCredentials, byCode: { ...localAdvice, ...advice.byCode } },
    read: (values, use) => readDescribed(description, values, use),
    async openSender(settings, { clock, publicUrl }) {
      const { DescribedSender } = await import('./described.sender.js');
      const reportUrl = reportAddress({ description, settings }, publicUrl);
      return new DescribedSender({ description, settings, reportUrl, clock, timeoutMs: PROVIDER_TIMEOUT_MS });
    },
    async openReceiver(settings, parts) {
      if (reports === undefined || !takesReports(description, settings)) return null;
      const { DescribedReportReceiver } = await import('./described.receiver.js');
      return new DescribedReportReceiver({ description: { ...description, reports }, settings, ...parts });
    },
  });
}

/** Codes of refusals that are made here, before anything is sent. */
const localAdvice: Readonly<Record<string, string>> = {
  COUNTRY: 'The provider sends to no number of that country. Route the country to another provider.',
  NO_CODE: 'The message carries no code, and the provider sends nothing else. Route notices to another provider.',
  NO_VALUE: 'A setting of the provider has no entry for this message, such as a template for notices. Add one.',
  SETTINGS:
    'A setting has a character that cannot be sent in a header, or makes no address. Check the settings of the provider.',
};
