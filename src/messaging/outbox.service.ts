import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { MessageRepository } from './message.repository.js';
import type { MessageSender, OutgoingMessage, SendOutcome } from './message-sender.js';

export interface QueuedMessage {
  readonly id: string;
  /** E.164. */
  readonly phoneNumber: string;
  readonly text: string;
}

/** Sends what was written down, behind the caller's back: an answer never waits for a provider. */
export class OutboxService {
  readonly #messages: MessageRepository;
  readonly #sender: MessageSender;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: {
    messages: MessageRepository;
    sender: MessageSender;
    clock: Clock;
    logger: Logger;
    metrics: Metrics;
  }) {
    this.#messages = parts.messages;
    this.#sender = parts.sender;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#metrics = parts.metrics;
  }

  /** Starts sending and returns at once. The text exists only here and at the provider. */
  dispatch(message: QueuedMessage): void {
    const sending = this.#send(message).finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  /** Resolves once nothing is under way: for a graceful stop. */
  async drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #send({ id, phoneNumber, text }: QueuedMessage): Promise<void> {
    const { provider } = this.#sender;
    try {
      const outcome = await this.#hand({ id, to: phoneNumber, text });
      this.#metrics.count('messages_total', {
        provider,
        outcome: outcome.kind === 'accepted' ? 'accepted' : outcome.reason,
      });
      this.#log({ messageId: id, provider, phoneNumber }, outcome);
      await this.#messages.settle(id, { provider, outcome, now: this.#clock.now() });
    } catch (error) {
      this.#logger.error({ err: error, messageId: id, provider }, 'message outcome could not be kept');
    }
  }

  /** Senders promise not to throw. Should one do so, its error is not logged: it may hold the text. */
  async #hand(message: OutgoingMessage): Promise<SendOutcome> {
    try {
      return await this.#sender.send(message);
    } catch {
      return { kind: 'failed', reason: 'provider_unavailable', providerCode: 'THROWN' };
    }
  }

  #log(about: object, outcome: SendOutcome): void {
    if (outcome.kind === 'accepted') {
      this.#logger.info({ ...about, providerMessageId: outcome.providerMessageId }, 'message sent');
    } else {
      this.#logger.warn({ ...about, failure: outcome.reason, providerCode: outcome.providerCode }, 'message failed');
    }
  }
}
