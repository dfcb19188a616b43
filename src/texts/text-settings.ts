import type { Locale } from './locale.js';

/** What operators decide about the texts that carry codes. */
export interface TextSettings {
  /** Name of the service in the texts, if it has one. */
  readonly serviceName: string | null;
  /** Used when texts exist in none of the languages that a person asked for. */
  readonly defaultLocale: Locale;
  /** Host name of the page where the code is typed in, for autofill bound to that origin. */
  readonly webOtpDomain: string | null;
  /** 11 characters of base64 by which Android finds the app that may read the text. */
  readonly androidAppHash: string | null;
}
