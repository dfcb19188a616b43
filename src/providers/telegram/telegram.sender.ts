import { LRUCache } from 'lru-cache';
import { addSeconds, type Clock, secondsUntil } from '../../platform/clock.js';
import { feedbackAfter } from '../feedback-failure.js';
import type {
  AcceptedOutcome,
  Balance,
  FeedbackOutcome,
  MessageSender,
  OutgoingMessage,
  Price,
  SendOutcome,
  VerifiedSend,
} from '../message-sender.js';
import { ALREADY_SENT, UNKNOWN_REQUEST } from './failure.js';
import { type GatewayAnswer, GatewayApi, type GatewayMethod } from './gateway-api.js';
import { balanceOf, priceOf, type RequestStatus, wasSent } from './request-status.js';
import type { TelegramConfig } from './telegram.settings.js';

export interface TelegramParts extends TelegramConfig {
  /** Where Telegram reports; undefined: it could not reach this service. */
  readonly reportUrl: string | undefined;
  readonly clock: Clock;
  /** For all requests of an attempt together. */
  readonly timeoutMs: number;
}

/** Milliseconds for a question about an earlier message: the next provider waits for the answer. */
const ASIDE_MS = 1_400;
/** Requests that a process remembers, without number and code. Attempts for one message end within minutes. */
const REMEMBERED = 10_000;
/** Seconds for which a balance counts as new: it is asked for as often. */
const BALANCE_AGE = 900;
/** Seconds that Telegram tries to deliver a message. */
const TTL = { least: 30, most: 3_600 } as const;

/** A request that may have a message already. */
interface OpenRequest {
  readonly id: string;
  /** What asking for it cost. */
  readonly price: Price | undefined;
}

/**
 * Sends codes through Telegram's Gateway. It first asks whether the number can be reached: a number without Telegram costs
 * nothing. The answer opens a request, which is charged once and takes one message. So an attempt that is repeated in this process
 * neither pays nor sends twice. Telegram writes the text around the code, in the language of the app.
 */
export class TelegramSender implements MessageSender {
  readonly provider = 'telegram';
  readonly #api: GatewayApi;
  readonly #parts: Omit<TelegramParts, 'token'>;
  /** By the id of the message. */
  readonly #requests = new LRUCache<string, OpenRequest>({ max: REMEMBERED });
  #balance: { readonly told: Balance; readonly at: Date } | null = null;

  constructor({ token, ...parts }: TelegramParts) {
    this.#api = new GatewayApi({ token, ...parts });
    this.#parts = parts;
  }

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    if (message.channel !== 'TELEGRAM' || !isSendable(message.code)) return notOffered;
    const signal = AbortSignal.timeout(this.#parts.timeoutMs);
    const known = this.#requests.get(message.id);
    if (known === undefined) return this.#sendAnew(message, signal);
    const earlier = await this.#call('checkVerificationStatus', { request_id: known.id }, signal);
    if (earlier.kind === 'done') {
      return wasSent(earlier.status) ? accepted(earlier.status, known, message) : this.#sendBy(known, message, signal);
    }
    return earlier.providerCode === UNKNOWN_REQUEST ? this.#sendAnew(message, signal) : earlier;
  }

  async findEarlier(message: Pick<OutgoingMessage, 'id' | 'code'>): Promise<AcceptedOutcome | null> {
    const known = this.#requests.get(message.id);
    if (known === undefined) return null;
    const signal = AbortSignal.timeout(Math.min(ASIDE_MS, this.#parts.timeoutMs));
    const answer = await this.#call('checkVerificationStatus', { request_id: known.id }, signal);
    return answer.kind === 'done' && wasSent(answer.status) ? accepted(answer.status, known, message) : null;
  }

  /** Telegram asks to be told, and counts by it how many codes are used. */
  async verified({ providerMessageId, code }: VerifiedSend): Promise<FeedbackOutcome> {
    if (code === null) return 'refused';
    const signal = AbortSignal.timeout(this.#parts.timeoutMs);
    const answer = await this.#call('checkVerificationStatus', { request_id: providerMessageId, code }, signal);
    return answer.kind === 'done' ? 'told' : feedbackAfter(answer.reason);
  }

  /** What a charge told lately: no method asks for it, and what was told long ago says nothing. */
  async balance(): Promise<Balance | null> {
    const { clock } = this.#parts;
    if (this.#balance === null || addSeconds(this.#balance.at, BALANCE_AGE) < clock.now()) return null;
    return this.#balance.told;
  }

  async #call(method: GatewayMethod, parameters: object, signal: AbortSignal): Promise<GatewayAnswer> {
    const answer = await this.#api.call(method, parameters, signal);
    const told = answer.kind === 'done' ? balanceOf(answer.status) : null;
    if (told !== null) this.#balance = { told, at: this.#parts.clock.now() };
    return answer;
  }

  async #sendAnew(message: OutgoingMessage, signal: AbortSignal): Promise<SendOutcome> {
    const answer = await this.#call('checkSendAbility', { phone_number: message.to }, signal);
    if (answer.kind !== 'done') return answer;
    const request = { id: answer.status.request_id, price: priceOf(answer.status) };
    this.#requests.set(message.id, request);
    return this.#sendBy(request, message, signal);
  }

  async #sendBy(request: OpenRequest, message: OutgoingMessage, signal: AbortSignal): Promise<SendOutcome> {
    const { senderUsername, reportUrl, clock } = this.#parts;
    const left = secondsUntil(message.expiresAt, clock.now());
    const parameters = {
      request_id: request.id,
      phone_number: message.to,
      code: message.code,
      // What is not delivered by then is deleted, and its price is given back.
      ttl: Math.min(TTL.most, Math.max(TTL.least, left)),
      payload: message.id,
      ...(senderUsername !== null && { sender_username: senderUsername }),
      ...(reportUrl !== undefined && { callback_url: reportUrl }),
    };
    const answer = await this.#call('sendVerificationMessage', parameters, signal);
    if (answer.kind === 'done') return accepted(answer.status, request, message);
    return answer.providerCode === ALREADY_SENT ? accepted({ request_id: request.id }, request, message) : answer;
  }
}

/** A notice has no code, or a longer one. */
function isSendable(code: string | null): boolean {
  return code !== null && /^\d{4,8}$/.test(code);
}

/** An id is stored and logged, except one that repeats the code. */
function accepted(
  status: RequestStatus,
  request: OpenRequest,
  { code }: Pick<OutgoingMessage, 'code'>,
): AcceptedOutcome {
  const price = priceOf(status) ?? request.price;
  const { request_id: id } = status;
  const providerMessageId = code !== null && id.includes(code) ? null : id;
  return { kind: 'accepted', providerMessageId, ...(price && { price }) };
}

/** No route leads here with a message of another channel, because the configuration checks the channels of each provider. */
const notOffered: SendOutcome = { kind: 'failed', reason: 'rejected', providerCode: null };
