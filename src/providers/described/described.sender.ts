import { e164Parts } from '../../phone/e164-parts.js';
import type { Clock } from '../../platform/clock.js';
import { parseJson, readAnswerBody } from '../http/answer.js';
import { type Exchange, httpExchange } from '../http/exchange.js';
import { unanswered } from '../http/unanswered.js';
import type { Balance, FailedOutcome, MessageSender, OutgoingMessage, SendOutcome } from '../message-sender.js';
import { readDescribedAnswer } from './answer.js';
import type { DescribedBalance, Description } from './description.js';
import { Hidden, secretsIn } from './hidden.js';
import { type MessageValues, valuesOf } from './message-values.js';
import { moneyIn } from './price.js';
import { type FilledRequest, fillRequest } from './request.js';
import { takesReports } from './report-address.js';
import type { DescribedSettings } from './setting-values.js';

export interface DescribedSenderParts {
  readonly description: Description;
  readonly settings: DescribedSettings;
  /** The address for reports about a message; undefined: none. */
  reportUrl(messageId: string): string | undefined;
  readonly clock: Clock;
  /** For a whole exchange, from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
}

/** Sends through a provider that a file describes. */
export class DescribedSender implements MessageSender {
  readonly provider: string;
  // Private to the runtime too: they hold credentials.
  readonly #parts: DescribedSenderParts;
  readonly #hidden: Hidden;
  readonly #reportsById: boolean;
  readonly balance?: () => Promise<Balance | null>;
  readonly #exchange: Exchange = httpExchange();

  constructor(parts: DescribedSenderParts) {
    this.provider = parts.description.name;
    this.#parts = parts;
    this.#hidden = new Hidden(secretsIn(parts));
    const { description, settings } = parts;
    this.#reportsById = description.reports?.message === 'providerId' && takesReports(description, settings);
    const { balance } = description;
    if (balance !== undefined) this.balance = () => this.#balanceBy(balance);
  }

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    const { description, settings, clock, reportUrl, timeoutMs } = this.#parts;
    const found = valuesOf(message, { settings, now: clock.now(), reportUrl: reportUrl(message.id) });
    const request = this.#requestFor(found);
    if ('reason' in request) return request;
    // Covers the body of the answer as well, even if it arrives byte by byte.
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await this.#exchange({ ...request, signal });
      const hidden = this.#hidden.and(message.code).and(nationalNumber(message.to));
      const parts = { answer: description.answer, values: found.values, hidden, clock };
      return await readDescribedAnswer(answer, { ...parts, reportsById: this.#reportsById });
    } catch (error) {
      return unanswered(error, signal);
    }
  }

  async #balanceBy(balance: DescribedBalance): Promise<Balance | null> {
    const values = (name: string) => {
      const value = this.#parts.settings.get(name)?.value;
      return typeof value === 'string' ? value : undefined;
    };
    const request = fillRequest(balance.request, values);
    if (request === null) return null;
    try {
      const answer = await this.#exchange({ ...request, signal: AbortSignal.timeout(this.#parts.timeoutMs) });
      const { text, whole } = await readAnswerBody(answer);
      if (answer.status !== 200 || !whole) return null;
      return moneyIn(parseJson(text), balance, values) ?? null;
    } catch {
      return null;
    }
  }

  /** A message that cannot be said in this request is refused here: nothing is sent. */
  #requestFor({ values, facts, lacks }: MessageValues): FilledRequest | FailedOutcome {
    const { countries, request } = this.#parts.description;
    if (countries !== undefined && !countries.includes(facts.country)) return refused('country_not_enabled', 'COUNTRY');
    const filled = fillRequest(request, values);
    const missing = lacks();
    if (missing !== null) return refused('rejected', missing);
    return filled ?? refused('bad_credentials', 'SETTINGS');
  }
}

function refused(reason: FailedOutcome['reason'], providerCode: string): FailedOutcome {
  return { kind: 'failed', reason, providerCode };
}

/** The number as every spelling of it ends. A short one could be part of anything. */
function nationalNumber(to: string): string | null {
  const { national } = e164Parts(to);
  return national.length < 6 ? null : national;
}
