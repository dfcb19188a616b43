import { z } from 'zod';
import type { Clock } from '../../platform/clock.js';
import { type HttpAnswer, parseJson, readAnswerBody, readRetryAfter } from '../http/answer.js';
import { type Exchange, httpExchange } from '../http/exchange.js';
import { unanswered } from '../http/unanswered.js';
import type { FailedOutcome } from '../message-sender.js';
import { refusalOf, unreadable } from './failure.js';
import { type RequestStatus, requestStatus } from './request-status.js';

export type GatewayMethod = 'checkSendAbility' | 'sendVerificationMessage' | 'checkVerificationStatus';
export type GatewayAnswer = { readonly kind: 'done'; readonly status: RequestStatus } | FailedOutcome;

const answerForm = z.union([
  z.object({ ok: z.literal(true), result: requestStatus }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

/** Calls methods of Telegram's Gateway API (https://core.telegram.org/gateway/api). It never throws. */
export class GatewayApi {
  // Private to the runtime too: the token must not be in anything that is printed.
  readonly #token: string;
  readonly #baseUrl: string;
  readonly #clock: Clock;
  readonly #exchange: Exchange = httpExchange();

  constructor({ token, baseUrl, clock }: { token: string; baseUrl: string; clock: Clock }) {
    this.#token = token;
    this.#baseUrl = baseUrl;
    this.#clock = clock;
  }

  /** @param signal the deadline, for the body of the answer too */
  async call(method: GatewayMethod, parameters: object, signal: AbortSignal): Promise<GatewayAnswer> {
    try {
      const answer = await this.#exchange({
        method: 'POST',
        url: new URL(`${this.#baseUrl}/${method}`),
        headers: {
          authorization: `Bearer ${this.#token}`,
          'content-type': 'application/json',
          accept: 'application/json',
          'user-agent': 'phone-accounts',
        },
        body: JSON.stringify(parameters),
        signal,
      });
      return await this.#read(answer);
    } catch (error) {
      return unanswered(error, signal);
    }
  }

  async #read(answer: HttpAnswer): Promise<GatewayAnswer> {
    const { status } = answer;
    const { text } = await readAnswerBody(answer);
    const { data } = answerForm.safeParse(parseJson(text));
    const retryAfterSeconds = readRetryAfter(answer, this.#clock);
    const waiting = retryAfterSeconds === null ? {} : { retryAfterSeconds };
    // A failing server may have sent the message all the same, whatever it says.
    if (data === undefined || status >= 500 || (data.ok && status >= 300)) return { ...unreadable(status), ...waiting };
    return data.ok ? { kind: 'done', status: data.result } : { ...waiting, ...refusalOf(data.error) };
  }
}
