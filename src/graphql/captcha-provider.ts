import { registerEnumType } from 'type-graphql';

export enum CaptchaProvider {
  TURNSTILE = 'TURNSTILE',
  HCAPTCHA = 'HCAPTCHA',
}

registerEnumType(CaptchaProvider, {
  name: 'CaptchaProvider',
  description: 'Whose widget shows the CAPTCHA.',
  valuesConfig: {
    TURNSTILE: { description: 'Cloudflare Turnstile: https://challenges.cloudflare.com/turnstile/v0/api.js' },
    HCAPTCHA: { description: 'hCaptcha: https://js.hcaptcha.com/1/api.js' },
  },
});

/** By the names in the setting CAPTCHA_PROVIDER. */
export const captchaProvider = {
  turnstile: CaptchaProvider.TURNSTILE,
  hcaptcha: CaptchaProvider.HCAPTCHA,
} as const;
