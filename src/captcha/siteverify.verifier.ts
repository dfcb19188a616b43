import pLimit from 'p-limit';
import type { Logger } from '../platform/logger.js';
import type { CaptchaProvider } from './captcha-providers.js';
import type { CaptchaSolution, CaptchaVerdict, CaptchaVerifier } from './captcha-verifier.js';
import { isOurMistake, readAnswer, type SiteverifyVerdict } from './siteverify-answer.js';

/** Questions to the provider at once, and as many waiting: more than a process answers sign-ins in a second. */
const AT_ONCE = 64;

export interface SiteverifySettings {
  readonly provider: CaptchaProvider;
  readonly siteKey: string;
  readonly secret: string;
  /** Instead of the provider's origin, path prefix included. */
  readonly baseUrl?: string | undefined;
  /** For the whole question, to the last byte of the answer. */
  readonly timeoutMs: number;
}

/** Asks Turnstile or hCaptcha, which speak alike: a form with secret and token, answered by a verdict in JSON. */
export class SiteverifyVerifier implements CaptchaVerifier {
  // Private to the runtime too: the settings hold the secret.
  readonly #settings: SiteverifySettings;
  readonly #url: string;
  readonly #logger: Logger;
  readonly #limit = pLimit(AT_ONCE);
  #toldOurMistake = false;

  constructor(settings: SiteverifySettings, logger: Logger) {
    const { provider, baseUrl } = settings;
    this.#settings = settings;
    this.#url = (baseUrl ?? provider.origin).replace(/\/+$/, '') + provider.path;
    this.#logger = logger;
  }

  async verify(solution: CaptchaSolution): Promise<CaptchaVerdict> {
    const { provider } = this.#settings;
    const { token } = solution;
    if (token.trim() === '' || token.length > provider.longestToken) return 'failed';
    // A crowd is the callers' doing, so it must not look like an outage of the provider.
    if (this.#limit.pendingCount >= AT_ONCE) {
      this.#logger.warn({ provider: provider.name }, 'captcha not checked: too many at once');
      return 'failed';
    }
    const { verdict, reason } = await this.#limit(() => this.#ask(solution));
    this.#tell(verdict, reason);
    return verdict;
  }

  async #ask({ token, ipAddress }: CaptchaSolution): Promise<SiteverifyVerdict> {
    const { provider, siteKey, secret, timeoutMs } = this.#settings;
    const fields = { secret, response: token, ...provider.fields(siteKey), ...(ipAddress && { remoteip: ipAddress }) };
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        body: new URLSearchParams(fields),
        // The secret goes to the configured address and nowhere else.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return await readAnswer(response);
    } catch (error) {
      const reason = error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'no_answer';
      return { verdict: 'unavailable', reason };
    }
  }

  /** A wrong secret is told once until it works again: it would fill the log with every sign-in. */
  #tell(verdict: CaptchaVerdict, reason: string | null): void {
    const provider = this.#settings.provider.name;
    const ourMistake = isOurMistake(reason);
    if (ourMistake && !this.#toldOurMistake) {
      this.#logger.error({ provider, reason }, 'captcha provider refuses CAPTCHA_SECRET: no captcha can be checked');
    } else if (reason !== null && !ourMistake) {
      this.#logger.warn({ provider, reason }, 'captcha provider gave no verdict');
    }
    if (ourMistake || verdict !== 'unavailable') this.#toldOurMistake = ourMistake;
  }
}
