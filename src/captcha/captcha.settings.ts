import { isUnencrypted } from '../platform/http-url.js';
import { oneOf, type SettingsContext, type SettingValues, setting, text, url } from '../platform/setting.js';
import type { CaptchaSettings } from './open-captcha.js';

/** The secrets that providers publish for tests: with them every token passes, or none does. */
const TEST_SECRETS = /^([123]x0{30}|0x0{29})/i;

export const captchaSettings = {
  CAPTCHA: setting(
    oneOf(['off', 'on-suspicion', 'always']).transform((value) => value ?? 'off'),
    'off',
    'off | on-suspicion | always. When codes, sign-ins and registrations need a CAPTCHA (docs/captcha.md).',
  ),
  CAPTCHA_PROVIDER: setting(
    oneOf(['turnstile', 'hcaptcha']),
    '(none)',
    'turnstile | hcaptcha. Required unless CAPTCHA=off, as are the site key and the secret.',
  ),
  CAPTCHA_SITE_KEY: setting(text, '(none)', 'The public key of the widget. Front ends get it from the service.'),
  CAPTCHA_SECRET: setting(text, '(none)', 'The secret that belongs to the site key.'),
  CAPTCHA_BASE_URL: setting(
    url(/^https?$/, 'https://challenges.cloudflare.com'),
    "(the provider's own)",
    'Another address for the CAPTCHA provider: a proxy, or a stand-in for tests. In production https only.',
  ),
} as const;

export interface CaptchaConfig {
  /** When callers have to pass a CAPTCHA, and of which provider. */
  readonly captcha: CaptchaSettings;
}

export function readCaptcha(values: SettingValues<typeof captchaSettings>, context: SettingsContext): CaptchaConfig {
  const { production, complain } = context;
  const { CAPTCHA: mode, CAPTCHA_SECRET: secret, CAPTCHA_BASE_URL: baseUrl } = values;
  if (mode === 'off') return { captcha: { mode } };
  for (const name of ['CAPTCHA_PROVIDER', 'CAPTCHA_SITE_KEY', 'CAPTCHA_SECRET'] as const) {
    if (!values[name]) complain(`${name} is required with CAPTCHA=${mode}.`);
  }
  if (production && secret && TEST_SECRETS.test(secret)) {
    complain('CAPTCHA_SECRET is a test secret of the provider, which production refuses: any token would do.');
  }
  if (production && isUnencrypted(baseUrl)) {
    complain('CAPTCHA_BASE_URL must begin with https:// in production: the secret and the verdict go that way.');
  }
  const { CAPTCHA_PROVIDER: provider = 'turnstile', CAPTCHA_SITE_KEY: siteKey = '' } = values;
  return { captcha: { mode, provider, siteKey, secret: secret ?? '', baseUrl } };
}
