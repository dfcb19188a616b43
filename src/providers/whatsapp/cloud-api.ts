import { z } from 'zod';
import type { Clock } from '../../platform/clock.js';
import { type HttpAnswer, parseJson, readAnswerBody, readRetryAfter } from '../http/answer.js';
import { type Exchange, httpExchange } from '../http/exchange.js';
import { unanswered } from '../http/unanswered.js';
import type { AcceptedOutcome, FailedOutcome } from '../message-sender.js';
import { refusedBecause, saysTemplateIsMissing } from './failure.js';
import { messageIdOf } from './message-id.js';
import { whatsAppError } from './whatsapp-error.js';
import type { WhatsAppConfig } from './whatsapp.settings.js';

/** `lacksTemplate`: the template is not there in the language of the message. */
export type CloudAnswer =
  | AcceptedOutcome
  | { readonly kind: 'refused'; readonly outcome: FailedOutcome; readonly lacksTemplate: boolean };

const takenForm = z.object({ messages: z.array(z.object({ id: z.string() })).min(1) });
const refusedForm = z.object({ error: whatsAppError });

/** Sends messages by the Cloud API of WhatsApp. It never throws. */
export class CloudApi {
  // Private to the runtime too: the token must not be in anything that is printed.
  readonly #accessToken: string;
  readonly #url: URL;
  readonly #clock: Clock;
  readonly #exchange: Exchange = httpExchange();

  constructor({ accessToken, phoneNumberId, apiUrl }: WhatsAppConfig, clock: Clock) {
    this.#accessToken = accessToken;
    this.#url = new URL(`${apiUrl}/${phoneNumberId}/messages`);
    this.#clock = clock;
  }

  /** @param signal the deadline, for the body of the answer too */
  async send(message: object, signal: AbortSignal): Promise<CloudAnswer> {
    try {
      const answer = await this.#exchange({
        method: 'POST',
        url: this.#url,
        headers: {
          authorization: `Bearer ${this.#accessToken}`,
          'content-type': 'application/json',
          accept: 'application/json',
          'user-agent': 'phone-accounts',
        },
        body: JSON.stringify(message),
        signal,
      });
      return await this.#read(answer);
    } catch (error) {
      return refused(unanswered(error, signal));
    }
  }

  async #read(answer: HttpAnswer): Promise<CloudAnswer> {
    const { status } = answer;
    const json = parseJson((await readAnswerBody(answer)).text);
    if (status >= 200 && status < 300) {
      const { data } = takenForm.safeParse(json);
      return data ? accepted(data.messages[0]?.id) : refused(unreadable(status));
    }
    const error = refusedForm.safeParse(json).data?.error ?? {};
    const seconds = readRetryAfter(answer, this.#clock);
    const waiting = seconds === null ? {} : { retryAfterSeconds: seconds };
    return refused({ ...refusedBecause(error, status), ...waiting }, saysTemplateIsMissing(error));
  }
}

function accepted(wamid: string | undefined): AcceptedOutcome {
  return { kind: 'accepted', providerMessageId: messageIdOf(wamid) };
}

function refused(outcome: FailedOutcome, lacksTemplate = false): CloudAnswer {
  return { kind: 'refused', outcome, lacksTemplate };
}

/** A success that cannot be read may have been one. */
function unreadable(status: number): FailedOutcome {
  return { kind: 'failed', reason: 'provider_unavailable', providerCode: `HTTP_${status}` };
}
