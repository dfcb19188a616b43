import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { CaptchaVerifier } from './captcha-verifier.js';

/** When callers have to pass a CAPTCHA. */
export type CaptchaRules =
  | { readonly mode: 'off' }
  | { readonly mode: 'on-suspicion' | 'always'; readonly siteKey: string; readonly verifier: CaptchaVerifier };

export interface CaptchaRequired {
  readonly kind: 'captcha_required';
  /** Which widget the front end has to show. */
  readonly siteKey: string;
}

export interface CaptchaPermission {
  readonly kind: 'go_on';
  /** The caller passed a CAPTCHA just now. */
  readonly suspicionCleared: boolean;
  /** Whether a suspicion is to be answered with `required()`; false once it is cleared, and where there is no CAPTCHA. */
  readonly askIfSuspicious: boolean;
}

/**
 * Decides whether a call may go on. It asks the provider before anything else is asked: a token is good for one call,
 * and no statement waits for somebody else's server. What makes a call suspicious is known to those who ask this.
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

  /** One call with its token, if it has one. It knows nothing of whom the call is about, so it tells nothing of them. */
  async check(call: { token: string | null; ipAddress: string | null }): Promise<CaptchaPermission | CaptchaRequired> {
    if (this.#rules.mode === 'off') return { kind: 'go_on', suspicionCleared: false, askIfSuspicious: false };
    const { mode, verifier } = this.#rules;
    const { token, ipAddress } = call;
    const verdict = token === null ? 'failed' : await verifier.verify({ token, ipAddress });
    if (token !== null) this.#metrics.count('captchas_total', { verdict });
    if (verdict === 'passed') return { kind: 'go_on', suspicionCleared: true, askIfSuspicious: false };
    if (mode === 'always' && verdict === 'failed') return this.required();
    // An outage of the provider must not end all sign-ins; whoever is under suspicion gets no further.
    if (mode === 'always') this.#logger.warn('let through without captcha: the provider is unavailable');
    return { kind: 'go_on', suspicionCleared: false, askIfSuspicious: true };
  }

  /** The answer to a call that needs a CAPTCHA. */
  required(): CaptchaRequired {
    if (this.#rules.mode === 'off') throw new Error('A CAPTCHA was required where there is none.');
    return { kind: 'captcha_required', siteKey: this.#rules.siteKey };
  }
}
