import type { TextSettings } from '../../../src/texts/text-settings.js';

/** Texts of a service that nothing is set for. */
export const PLAIN_TEXTS: TextSettings = {
  serviceName: null,
  defaultLocale: 'en',
  webOtpDomain: null,
  androidAppHash: null,
};
