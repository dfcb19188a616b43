import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { CaptchaGate } from './captcha-gate.service.js';
import { type CaptchaProviderName, captchaProviders } from './captcha-providers.js';
import { SiteverifyVerifier } from './siteverify.verifier.js';

export type CaptchaSettings =
  | { readonly mode: 'off' }
  | {
      readonly mode: 'on-suspicion' | 'always';
      readonly provider: CaptchaProviderName;
      readonly siteKey: string;
      readonly secret: string;
      readonly baseUrl: string | undefined;
    };

/** Short, because a user waits for the answer. */
const PROVIDER_TIMEOUT_MS = 3_000;

/** Opens the gate as it is configured. */
export function openCaptcha(
  settings: CaptchaSettings,
  parts: { logger: Logger; metrics: Metrics; timeoutMs?: number | undefined },
): CaptchaGate {
  if (settings.mode === 'off') return new CaptchaGate(settings, parts);
  const { logger, timeoutMs = PROVIDER_TIMEOUT_MS } = parts;
  const { mode, provider, siteKey } = settings;
  const verifier = new SiteverifyVerifier({ ...settings, provider: captchaProviders[provider], timeoutMs }, logger);
  return new CaptchaGate({ mode, provider, siteKey, verifier }, parts);
}
