import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { CaptchaProviderName } from './captcha-providers.js';
import type { CaptchaVerifier } from './captcha-verifier.js';

/** When callers must pass a CAPTCHA. */
export type CaptchaRules =
  | { readonly mode: 'off' }
  | {
      readonly mode: 'on-suspicion' | 'always';
      readonly provider: CaptchaProviderName;
      readonly siteKey: string;
      readonly verifier: CaptchaVerifier;
    };

export interface CaptchaRequired {
  readonly kind: 'captcha_required';
  /** The front end shows the widget of this provider, with this site key. */
  readonly provider: CaptchaProviderName;
  readonly siteKey: string;
}

export interface CaptchaPermission {
  readonly kind: 'go_on';
  /** The caller has passed a CAPTCHA with this call. */
  readonly suspicionCleared: boolean;
  /**
   * Whether to answer a suspicious call with `required()`. False if the caller has passed a CAPTCHA, and if none is
   * configured.
   */
  readonly askIfSuspicious: boolean;
}

/**
 * Decides whether a call may go on. It asks the CAPTCHA provider before the call uses the database: a token is good for
 * one call only, and no statement may wait for a foreign server. The caller decides which calls are suspicious.
 */
export class CaptchaGate {
  readonly #rules: CaptchaRules;
  readonly #logger: Logger;
  readonly #metrics: Metrics;

  constructor(rules: CaptchaRules, { logger, metrics }: { logger: Logger; metrics: Metrics }) {
    this.#rules = rules;
    this.#logger = logger;
    this.#metrics = metrics;
  }

  /**
   * Checks a call by its token. The answer does not depend on the account or number, so it reveals nothing about them.
   */
  async check(call: { token: string | null; ipAddress: string | null }): Promise<CaptchaPermission | CaptchaRequired> {
    if (this.#rules.mode === 'off') return { kind: 'go_on', suspicionCleared: false, askIfSuspicious: false };
    const { mode, verifier } = this.#rules;
    const { token, ipAddress } = call;
    const verdict = token === null ? 'failed' : await verifier.verify({ token, ipAddress });
    if (token !== null) this.#metrics.count('captchas_total', { verdict });
    if (verdict === 'passed') return { kind: 'go_on', suspicionCleared: true, askIfSuspicious: false };
    if (mode === 'always' && verdict === 'failed') return this.required();
    // An outage of the provider must not stop all sign-ins. Only suspicious calls are still refused.
    if (mode === 'always') this.#logger.warn('let through without captcha: the provider is unavailable');
    return { kind: 'go_on', suspicionCleared: false, askIfSuspicious: true };
  }

  /** The answer to a call that needs a CAPTCHA. */
  required(): CaptchaRequired {
    if (this.#rules.mode === 'off') throw new Error('A CAPTCHA was required, but none is configured.');
    const { provider, siteKey } = this.#rules;
    return { kind: 'captcha_required', provider, siteKey };
  }
}
