import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { Metrics } from '../../platform/metrics.js';
import type { NumberSignals, SignalAnswer } from '../number-signals.js';
import { ClientToken, type ClientTokenSettings } from './client-token.js';

export interface CamaraSettings extends ClientTokenSettings {
  /** Base addresses; null: not asked. */
  readonly simSwapUrl: string | null;
  readonly numberRecyclingUrl: string | null;
}

export interface CamaraParts {
  readonly settings: CamaraSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** For an answer, the access token included: a user waits. */
  readonly timeoutMs: number;
}

/** The longest period that SIM Swap answers for, in hours. */
const LONGEST_HOURS = 2_400;
/** After so many failures in a row nothing is asked for a while, so that not every user waits for the time limit. */
const MOST_FAILURES = 3;
const REST_MS = 30_000;

/** Errors by which a network says that it cannot tell of this number, or of a time so long ago. */
const CANNOT_TELL: ReadonlySet<unknown> = new Set(['IDENTIFIER_NOT_FOUND', 'SERVICE_NOT_APPLICABLE', 'OUT_OF_RANGE']);

interface Question {
  readonly signal: 'sim_swap' | 'number_recycling';
  readonly baseUrl: string | null;
  readonly body: object;
  /** The member of the answer that says yes or no. */
  readonly member: string;
}

/** The APIs SIM Swap and Number Recycling of CAMARA, which mobile networks offer, by access tokens without a user. */
export class CamaraSignals implements NumberSignals {
  readonly #parts: CamaraParts;
  readonly #token: ClientToken;
  #failures = 0;
  /** Monotonic, in milliseconds. */
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor(parts: CamaraParts) {
    this.#parts = parts;
    this.#token = new ClientToken(parts.settings, parts.clock);
  }

  swappedSince(phoneNumber: string, since: Date): Promise<SignalAnswer> {
    const hours = Math.ceil((this.#parts.clock.now().getTime() - since.getTime()) / 3_600_000);
    const maxAge = Math.min(LONGEST_HOURS, Math.max(1, hours));
    const baseUrl = this.#parts.settings.simSwapUrl;
    return this.#ask({ signal: 'sim_swap', baseUrl, body: { phoneNumber, maxAge }, member: 'swapped' });
  }

  recycledSince(phoneNumber: string, since: Date): Promise<SignalAnswer> {
    const body = { phoneNumber, specifiedDate: since.toISOString().slice(0, 10) };
    const baseUrl = this.#parts.settings.numberRecyclingUrl;
    return this.#ask({ signal: 'number_recycling', baseUrl, body, member: 'phoneNumberRecycled' });
  }

  async #ask(question: Question): Promise<SignalAnswer> {
    const { baseUrl, signal } = question;
    if (baseUrl === null) return 'unknown';
    const { clock, metrics } = this.#parts;
    const answer = this.#restsUntil > clock.monotonic() ? 'away' : await this.#call(baseUrl, question);
    metrics.count('number_signals_total', { signal, answer });
    return answer;
  }

  async #call(baseUrl: string, { signal, body, member }: Question): Promise<SignalAnswer> {
    const { logger, timeoutMs } = this.#parts;
    try {
      const answer = await this.#post(`${baseUrl}/check`, { body, member, limit: AbortSignal.timeout(timeoutMs) });
      this.#failures = 0;
      return answer;
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      logger.warn({ signal, reason }, 'a mobile network gave no answer about a number');
      this.#rest();
      return 'away';
    }
  }

  #rest(): void {
    this.#failures += 1;
    if (this.#failures >= MOST_FAILURES) this.#restsUntil = this.#parts.clock.monotonic() + REST_MS;
  }

  /** @throws for everything that is no answer to the question. */
  async #post(address: string, { body, member, limit }: Call): Promise<SignalAnswer> {
    const response = await this.#send(address, { body, limit });
    const answer: unknown = await response.json().catch(() => null);
    const said = Reflect.get(Object(answer), response.ok ? member : 'code');
    if (response.ok && typeof said === 'boolean') return said ? 'yes' : 'no';
    if (!response.ok && CANNOT_TELL.has(said)) return 'unknown';
    throw new Error(`HTTP ${response.status}`);
  }

  /** A network may take an access token back before its time: then once more, with a new one. */
  async #send(address: string, { body, limit }: Omit<Call, 'member'>, tries = 2): Promise<Response> {
    const token = await this.#token.get(limit);
    const response = await fetch(address, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // The number goes to the configured address only.
      redirect: 'error',
      signal: limit,
    });
    if (response.status !== 401) return response;
    this.#token.drop(token);
    return tries > 1 ? this.#send(address, { body, limit }, tries - 1) : response;
  }
}

interface Call {
  readonly body: object;
  readonly member: string;
  /** Ends the call when its time is up. */
  readonly limit: AbortSignal;
}
