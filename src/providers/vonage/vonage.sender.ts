import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { type Clock, secondsUntil } from '../../platform/clock.js';
import { type HttpAnswer, parseJson, readAnswerBody } from '../http/answer.js';
import { type Exchange, httpExchange } from '../http/exchange.js';
import { unanswered } from '../http/unanswered.js';
import type { Balance, MessageSender, OutgoingMessage, SendOutcome } from '../message-sender.js';
import { AccessTokens } from './access-token.js';
import { refusedBecause } from './failure.js';

export interface VonageSenderParts {
  readonly applicationId: string;
  readonly privateKey: KeyObject;
  /** A number without +, or a name. */
  readonly from: string;
  /** Null: the balance is not asked for. */
  readonly account: { readonly key: string; readonly secret: string } | null;
  /** Another address for both APIs. */
  readonly baseUrl: string | undefined;
  /** Where Vonage reports; undefined: it does not. */
  readonly reportUrl: string | undefined;
  readonly clock: Clock;
  /** For a whole exchange, from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
}

const MESSAGES_URL = 'https://api.nexmo.com';
const ACCOUNT_URL = 'https://rest.nexmo.com';
/** The least seconds that Vonage tries to deliver a text. */
const SHORTEST_LIFE = 20;

const takenSchema = z.object({ message_uuid: z.string().regex(/^[\w-]{1,64}$/) });
/** In euros, whatever the currency of the account is (https://developer.vonage.com/en/api/account#getAccountBalance). */
const balanceSchema = z.object({ value: z.number() });

/** Sends texts by the Messages API (https://developer.vonage.com/en/api/messages). Vonage has no key for repeated attempts. */
export class VonageSender implements MessageSender {
  readonly provider = 'vonage';
  // Private to the runtime too: they hold credentials.
  readonly #parts: VonageSenderParts;
  readonly #tokens: AccessTokens;
  readonly #exchange: Exchange = httpExchange();
  readonly balance?: () => Promise<Balance | null>;

  constructor(parts: VonageSenderParts) {
    this.#parts = parts;
    this.#tokens = new AccessTokens(parts);
    const { account } = parts;
    if (account !== null) this.balance = () => this.#balanceOf(account).catch(() => null);
  }

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    const { clock, timeoutMs } = this.#parts;
    // Covers the body of the answer as well, even if it arrives byte by byte.
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${await this.#tokens.current()}`,
      };
      const body = JSON.stringify(this.#bodyOf(message));
      const url = this.#urlOf('v1/messages', MESSAGES_URL);
      const answer = await this.#exchange({ method: 'POST', url, headers, body, signal });
      return answer.status === 202 ? await readTaken(answer) : await refusedBecause(answer, clock);
    } catch (error) {
      return unanswered(error, signal);
    }
  }

  #bodyOf({ id, to, text, expiresAt }: OutgoingMessage): object {
    const { from, reportUrl, clock } = this.#parts;
    return {
      message_type: 'text',
      channel: 'sms',
      to: to.replace(/^\+/, ''),
      from,
      text,
      ttl: Math.max(secondsUntil(expiresAt, clock.now()), SHORTEST_LIFE),
      client_ref: id,
      ...(reportUrl !== undefined && { webhook_url: reportUrl, webhook_version: 'v1' }),
    };
  }

  async #balanceOf({ key, secret }: { key: string; secret: string }): Promise<Balance | null> {
    const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
    const answer = await this.#exchange({
      method: 'GET',
      url: this.#urlOf('account/get-balance', ACCOUNT_URL),
      headers: { accept: 'application/json', authorization },
      signal: AbortSignal.timeout(this.#parts.timeoutMs),
    });
    const { data } = balanceSchema.safeParse(parseJson((await readAnswerBody(answer)).text));
    return answer.status === 200 && data ? { amount: data.value, currency: 'EUR' } : null;
  }

  #urlOf(path: string, own: string): URL {
    return new URL(`${(this.#parts.baseUrl ?? own).replace(/\/$/, '')}/${path}`);
  }
}

/** A 202 without an id comes from somebody between, who took nothing. */
async function readTaken(answer: HttpAnswer): Promise<SendOutcome> {
  const { data } = takenSchema.safeParse(parseJson((await readAnswerBody(answer)).text));
  return data
    ? { kind: 'accepted', providerMessageId: data.message_uuid }
    : { kind: 'failed', reason: 'provider_unavailable', providerCode: 'HTTP_202' };
}
