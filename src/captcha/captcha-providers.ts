/** What tells one provider of the `siteverify` kind from another. */
export interface CaptchaProvider {
  /** As the log names it. */
  readonly name: string;
  readonly origin: string;
  readonly path: string;
  /** In characters: a longer token is none of theirs. */
  readonly longestToken: number;
  /** Form fields beside secret, token and address. */
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
  // The documentation names no limit: this one is ours.
  longestToken: 16_384,
  // A secret belongs to an account: without the key, a token from another of its sites would do.
  fields: (siteKey) => ({ sitekey: siteKey }),
};

export const captchaProviders = { turnstile, hcaptcha } as const;
export type CaptchaProviderName = keyof typeof captchaProviders;
