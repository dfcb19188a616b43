import pLimit from 'p-limit';
import type { Logger } from '../platform/logger.js';
import type { CaptchaProvider } from './captcha-providers.js';
import type { CaptchaSolution, CaptchaVerdict, CaptchaVerifier } from './captcha-verifier.js';
import { isConfigurationError, readAnswer, type SiteverifyVerdict } from './siteverify-answer.js';

/** Checks under way at once, and as many more that wait. One process has fewer sign-ins in a second. */
const AT_ONCE = 64;

export interface SiteverifySettings {
  readonly provider: CaptchaProvider;
  readonly siteKey: string;
  readonly secret: string;
  /** Replaces the provider's origin; may have a path prefix. */
  readonly baseUrl?: string | undefined;
  /** For the whole check, up to the last byte of the answer. */
  readonly timeoutMs: number;
}

/** Asks Turnstile or hCaptcha. Both take a form with secret and token and answer with a verdict in JSON. */
export class SiteverifyVerifier implements CaptchaVerifier {
  // A private field (#), because the settings hold the secret.
  readonly #settings: SiteverifySettings;
  readonly #url: string;
  readonly #logger: Logger;
  readonly #limit = pLimit(AT_ONCE);
  #configurationErrorLogged = false;

  constructor(settings: SiteverifySettings, logger: Logger) {
    const { provider, baseUrl } = settings;
    this.#settings = settings;
    this.#url = (baseUrl ?? provider.origin).replace(/\/+$/, '') + provider.path;
    this.#logger = logger;
  }

  async verify(solution: CaptchaSolution): Promise<CaptchaVerdict> {
    const { provider } = this.#settings;
    const { token } = solution;
    if (token.length > provider.longestToken || token.trim() === '') return 'failed';
    // Callers can cause a crowd, so a crowd must not count as an outage of the provider.
    if (this.#limit.pendingCount >= AT_ONCE) {
      this.#logger.warn({ provider: provider.name }, 'captcha not checked: too many at once');
      return 'failed';
    }
    const { verdict, reason } = await this.#limit(() => this.#ask(solution));
    this.#log(verdict, reason);
    return verdict;
  }

  async #ask({ token, ipAddress }: CaptchaSolution): Promise<SiteverifyVerdict> {
    const { provider, siteKey, secret, timeoutMs } = this.#settings;
    const fields = { secret, response: token, ...provider.fields(siteKey), ...(ipAddress && { remoteip: ipAddress }) };
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        body: new URLSearchParams(fields),
        // Follow no redirect: the secret goes to the configured address only.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return await readAnswer(response);
    } catch (error) {
      const reason = error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'no_answer';
      return { verdict: 'unavailable', reason };
    }
  }

  /** A wrong secret is logged once, until it works again. Otherwise each sign-in would log it. */
  #log(verdict: CaptchaVerdict, reason: string | null): void {
    const provider = this.#settings.provider.name;
    const configurationError = isConfigurationError(reason);
    if (configurationError && !this.#configurationErrorLogged) {
      this.#logger.error({ provider, reason }, 'captcha provider refuses CAPTCHA_SECRET: no captcha can be checked');
    } else if (reason !== null && !configurationError) {
      this.#logger.warn({ provider, reason }, 'captcha provider gave no verdict');
    }
    if (configurationError || verdict !== 'unavailable') this.#configurationErrorLogged = configurationError;
  }
}
