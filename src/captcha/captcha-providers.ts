/** The differences between providers that check tokens by `siteverify`. */
export interface CaptchaProvider {
  /** Its name in the log. */
  readonly name: string;
  readonly origin: string;
  readonly path: string;
  /** Characters. The provider never issues a longer token. */
  readonly longestToken: number;
  /** Form fields in addition to secret, token and address. */
  fields(siteKey: string): Readonly<Record<string, string>>;
}

/** https://developers.cloudflare.com/turnstile/get-started/server-side-validation/ */
const turnstile: CaptchaProvider = {
  name: 'turnstile',
  origin: 'https://challenges.cloudflare.com',
  path: '/turnstile/v0/siteverify',
  longestToken: 2048,
  // A secret belongs to one site key.
  fields: () => ({}),
};

/** https://docs.hcaptcha.com/#verify-the-user-response-server-side */
const hcaptcha: CaptchaProvider = {
  name: 'hcaptcha',
  origin: 'https://api.hcaptcha.com',
  path: '/siteverify',
  // hCaptcha documents no limit. This one is our own.
  longestToken: 16_384,
  // A secret belongs to an account with several sites. Without the site key, a token from another site would pass.
  fields: (siteKey) => ({ sitekey: siteKey }),
};

export const captchaProviders = { turnstile, hcaptcha } as const;
export type CaptchaProviderName = keyof typeof captchaProviders;
