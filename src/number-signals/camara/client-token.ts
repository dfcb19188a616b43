import type { Clock } from '../../platform/clock.js';

/** Milliseconds before its end at which a token is no longer used: a request takes its time. */
const SPARE_MS = 30_000;
/** Of a token that does not say how long it lives (RFC 6749, section 5.1, only recommends that). */
const USUAL_SECONDS = 300;

export interface ClientTokenSettings {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

/** An access token of the service's own: OAuth 2.0 client credentials (RFC 6749, section 4.4). All calls share one. */
export class ClientToken {
  // Private fields (#), because the settings hold the secret.
  readonly #settings: ClientTokenSettings;
  readonly #clock: Clock;
  #held: { readonly token: string; readonly until: number } | null = null;
  #fetching: Promise<string> | null = null;

  constructor(settings: ClientTokenSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** @throws if there is none to be had. */
  async get(signal: AbortSignal): Promise<string> {
    if (this.#held && this.#held.until > this.#clock.monotonic()) return this.#held.token;
    this.#fetching ??= this.#fetch(signal).finally(() => {
      this.#fetching = null;
    });
    return this.#fetching;
  }

  /** The network refused it. */
  drop(token: string): void {
    if (this.#held?.token === token) this.#held = null;
  }

  async #fetch(signal: AbortSignal): Promise<string> {
    const { tokenUrl, clientId, clientSecret, scope } = this.#settings;
    const credentials = [clientId, clientSecret].map(encodeURIComponent).join(':');
    const response = await fetch(tokenUrl, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
      // The secret goes to the configured address only.
      redirect: 'error',
      signal,
    });
    const answer: unknown = response.ok ? await response.json() : null;
    if (!isTokenAnswer(answer)) throw new Error(`No access token: HTTP ${response.status}.`);
    const seconds = typeof answer.expires_in === 'number' ? answer.expires_in : USUAL_SECONDS;
    this.#held = { token: answer.access_token, until: this.#clock.monotonic() + seconds * 1000 - SPARE_MS };
    return answer.access_token;
  }
}

function isTokenAnswer(answer: unknown): answer is { readonly access_token: string; readonly expires_in?: unknown } {
  return typeof Reflect.get(Object(answer), 'access_token') === 'string';
}
