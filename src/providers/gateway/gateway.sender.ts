import type { Clock } from '../../platform/clock.js';
import { type Exchange, httpExchange } from '../http/exchange.js';
import { unanswered } from '../http/unanswered.js';
import type { MessageSender, OutgoingMessage, SendOutcome } from '../message-sender.js';
import { readAnswer } from './answer.js';
import { signatureOf, webhookKey } from '../../platform/webhook-signature.js';

export interface WebhookSettings {
  /** Where messages are posted. */
  readonly url: string;
  /** `whsec_` and base64, as `isWebhookSecret` has it. */
  readonly secret: string;
  /** For a whole exchange, from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
}

/** Version of the body. New members keep it; a change that breaks gateways which ignore new members needs another. */
const VERSION = 1;

/**
 * Posts messages to the operator's own gateway, signed by Standard Webhooks (docs/delivery.md). The gateway recognizes a
 * repeated attempt by its id, so nothing has to be looked up before it.
 */
export class WebhookSender implements MessageSender {
  readonly provider = 'webhook';
  // Private to the runtime too: the key must not be in anything that is printed.
  readonly #key: Buffer;
  readonly #exchange: Exchange = httpExchange();
  readonly #url: URL;
  readonly #timeoutMs: number;
  readonly #clock: Clock;

  constructor({ url, secret, timeoutMs }: WebhookSettings, clock: Clock) {
    this.#url = new URL(url);
    this.#key = webhookKey(secret);
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    // Covers the body of the answer as well, even if it arrives byte by byte.
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      // The code goes to the configured address and nowhere else.
      const answer = await this.#exchange({ ...this.#request(message), method: 'POST', url: this.#url, signal });
      return await readAnswer(answer, { code: message.code, clock: this.#clock });
    } catch (error) {
      return unanswered(error, signal);
    }
  }

  #request(message: OutgoingMessage): { headers: Record<string, string>; body: string } {
    const { id } = message;
    const timestamp = Math.floor(this.#clock.now().getTime() / 1000);
    const body = JSON.stringify(bodyOf(message));
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'phone-accounts',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf({ id, timestamp, body }, this.#key),
    };
    return { headers, body };
  }
}

/** Written out member by member, so that a change of messages here does not change what a gateway gets. */
function bodyOf(message: OutgoingMessage): object {
  const { id, channel, to, text, code, notice, locale, expiresAt } = message;
  return {
    type: 'message.send',
    version: VERSION,
    id,
    channel,
    to,
    text,
    code,
    locale,
    expiresAt: expiresAt.toISOString(),
    ...(notice !== undefined && { notice }),
    ...(channel === 'VOICE' && {
      speech: { introduction: message.speech.introduction, repetition: message.speech.repetition },
    }),
    ...(channel === 'EMAIL' && { subject: message.subject }),
  };
}
