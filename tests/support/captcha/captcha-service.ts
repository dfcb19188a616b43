import { type CaptchaAccount, type CaptchaStandIn, startCaptchaStandIn } from './captcha-stand-in.js';
import { startService, type TestService, type TestServiceOptions } from '../service.js';

/** A site of a provider. */
export const turnstileSite: CaptchaAccount = {
  provider: 'turnstile',
  siteKey: '0x4AAAAAAA-site-key',
  secret: '0x4AAAAAAA-the-secret-of-the-captcha',
};
export const hcaptchaSite: CaptchaAccount = {
  provider: 'hcaptcha',
  siteKey: '10000000-aaaa-bbbb-cccc-000000000001',
  secret: 'ES_the-secret-of-the-captcha',
};

export interface CaptchaService {
  readonly service: TestService;
  readonly provider: CaptchaStandIn;
  close(): Promise<void>;
}

/** The settings that send a service to a stand-in. */
export function captchaEnv(mode: string, site: CaptchaAccount, baseUrl: string): Record<string, string> {
  return {
    CAPTCHA: mode,
    CAPTCHA_PROVIDER: site.provider,
    CAPTCHA_SITE_KEY: site.siteKey,
    CAPTCHA_SECRET: site.secret,
    CAPTCHA_BASE_URL: baseUrl,
  };
}

/** A service with a CAPTCHA, and the provider that it asks. */
export async function startCaptchaService(
  mode: 'off' | 'on-suspicion' | 'always',
  { env = {}, ...options }: TestServiceOptions = {},
  start: (options: TestServiceOptions) => Promise<TestService> = startService,
): Promise<CaptchaService> {
  const provider = await startCaptchaStandIn(turnstileSite);
  const all = { ...captchaEnv(mode, turnstileSite, provider.url), ...env };
  const service = await start({ ...options, env: all });
  return {
    service,
    provider,
    async close() {
      await service.close();
      await provider.close();
    },
  };
}
