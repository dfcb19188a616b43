import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { Tracing } from '../tracing/tracing.js';
import { CaptchaGate } from './captcha-gate.service.js';
import { type CaptchaProviderName, captchaProviders } from './captcha-providers.js';
import type { CaptchaVerifier } from './captcha-verifier.js';
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
  parts: { logger: Logger; metrics: Metrics; timeoutMs?: number | undefined; tracing?: Tracing | null | undefined },
): CaptchaGate {
  if (settings.mode === 'off') return new CaptchaGate(settings, parts);
  const { logger, timeoutMs = PROVIDER_TIMEOUT_MS, tracing = null } = parts;
  const { mode, provider, siteKey } = settings;
  const asking = new SiteverifyVerifier({ ...settings, provider: captchaProviders[provider], timeoutMs }, logger);
  const verifier = tracing === null ? asking : traced(asking, { tracing, provider });
  return new CaptchaGate({ mode, provider, siteKey, verifier }, parts);
}

function traced(
  verifier: CaptchaVerifier,
  parts: { tracing: Tracing; provider: CaptchaProviderName },
): CaptchaVerifier {
  const { tracing, provider } = parts;
  const span = { name: `verify ${provider}`, isCall: true, attributes: { 'phone_accounts.provider': provider } };
  return {
    verify: (solution) =>
      tracing.span(
        span,
        () => verifier.verify(solution),
        (verdict) => ({ outcome: verdict, isFailure: verdict === 'unavailable' }),
      ),
  };
}
