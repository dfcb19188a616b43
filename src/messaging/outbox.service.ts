import { setImmediate as nextTurn } from 'node:timers/promises';
import { addSeconds, type Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { Random } from '../platform/random.js';
import type { DueMessage, DueMessageRepository } from './due-message.repository.js';
import type { MessageRepository } from './message.repository.js';
import {
  type FailedOutcome,
  type MessageSender,
  MOST_UNDER_WAY,
  type OutgoingMessage,
  type SendOutcome,
} from './message-sender.js';
import type { OtpMessageWriter } from './otp-message.js';
import { type Leave, ProviderBreaker } from './provider-breaker.js';
import { retryDelay } from './retry-delay.js';

export interface OutboxParts {
  readonly messages: MessageRepository;
  readonly due: DueMessageRepository;
  readonly writer: OtpMessageWriter;
  readonly sender: MessageSender;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Guesses per code: one that has had them all is not sent. */
  readonly maxAttempts: number;
}

/**
 * Sends what was written down, behind the caller's back: an answer never waits for a provider. Whatever goes wrong, the
 * row stays, and `run` takes up what is due, of this process or another (docs/decisions/0024).
 */
export class OutboxService {
  readonly #parts: OutboxParts;
  readonly #breaker: ProviderBreaker;
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: OutboxParts) {
    const { clock, logger, metrics, sender } = parts;
    this.#parts = parts;
    this.#breaker = new ProviderBreaker({
      clock,
      onChange: (state) => {
        metrics.count('breaker_changes_total', { provider: sender.provider, state });
        logger.warn({ provider: sender.provider, state }, 'breaker of a provider changed');
      },
    });
  }

  /** Seconds until a text has a chance to be sent; null while it has one now. */
  get unavailableForSeconds(): number | null {
    return this.#breaker.retryAfterSeconds;
  }

  /**
   * Sends what this process has in hand, and returns at once. The text exists only here and at the provider; it is
   * written in a turn of its own, so that an answer that has none to wait for is no quicker than others.
   */
  dispatch(message: DueMessage): void {
    this.#start(message, nextTurn());
  }

  #start(message: DueMessage, begin: Promise<void>): void {
    const admitted = this.#underWay.size < MOST_UNDER_WAY;
    const sending = begin
      .then(() => this.#attempt(message, admitted))
      .catch((error) => this.#parts.logger.error({ err: error, messageId: message.id }, 'message outcome not kept'))
      .finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  /** One look for what is due. What it finds is under way when it returns. */
  async run(): Promise<void> {
    const { due, clock, maxAttempts } = this.#parts;
    const room = this.#breaker.room(MOST_UNDER_WAY - this.#underWay.size);
    const { taken, givenUp } = await due.take(clock.now(), Math.max(room, 0), maxAttempts);
    for (const { id, phoneNumber, failure } of givenUp) this.#tellGivenUp({ id, phoneNumber, attempts: 0 }, failure);
    for (const message of taken) this.#start(message, Promise.resolve());
  }

  /** Resolves once nothing is under way: for a graceful stop. What waits for another attempt is left to others. */
  async drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #attempt(message: DueMessage, admitted: boolean): Promise<void> {
    const { messages, writer, clock } = this.#parts;
    const written = writer.write(message, clock.now());
    if (written === null) {
      await messages.expired(message, clock.now());
      this.#tellGivenUp(message, 'expired');
      return;
    }
    const leave = admitted ? this.#breaker.admit(message.phoneNumber) : null;
    if (leave === null) {
      await messages.putBack(message, clock.now());
      return;
    }
    const { id, phoneNumber, attempts, createdAt, expiresAt } = message;
    const earlier = attempts > 1 ? { since: createdAt } : undefined;
    const outcome = await this.#hand({ id, to: phoneNumber, ...written, expiresAt, earlier }, leave);
    if (outcome.kind === 'failed') await this.#keepFailure(message, outcome);
    else await this.#keepSuccess(message, outcome.providerMessageId);
  }

  async #hand(message: OutgoingMessage, leave: Leave): Promise<SendOutcome> {
    const { sender, metrics } = this.#parts;
    const outcome = await outcomeOf(sender, message);
    leave(outcome);
    const { provider } = sender;
    metrics.count('messages_total', { provider, outcome: outcome.kind === 'accepted' ? 'accepted' : outcome.reason });
    return outcome;
  }

  async #keepSuccess(message: DueMessage, providerMessageId: string | null): Promise<void> {
    const { messages, logger, clock, sender } = this.#parts;
    const { provider } = sender;
    logger.info({ ...about(message, provider), providerMessageId }, 'message sent');
    await messages.accepted(message.id, { provider, providerMessageId, now: clock.now() });
  }

  async #keepFailure(message: DueMessage, outcome: FailedOutcome): Promise<void> {
    const { messages, logger, clock, random, sender } = this.#parts;
    const { provider } = sender;
    const now = clock.now();
    const line = { ...about(message, provider), failure: outcome.reason, providerCode: outcome.providerCode };
    const delay = retryDelay(message.attempts, outcome, random);
    if (delay === null) {
      logger.warn(line, 'message failed');
      await messages.failed(message, { provider, outcome, now });
    } else {
      logger.warn({ ...line, retryInSeconds: Math.ceil(delay) }, 'message not taken, to be tried again');
      await messages.tryAgain(message, { provider, outcome, at: addSeconds(now, delay) });
    }
  }

  #tellGivenUp(message: Pick<DueMessage, 'id' | 'phoneNumber' | 'attempts'>, failure: string): void {
    const { logger, metrics, sender } = this.#parts;
    const { provider } = sender;
    metrics.count('messages_total', { provider, outcome: failure });
    logger.warn({ ...about(message, provider), failure }, 'message given up');
  }
}

/** Senders promise not to throw. Should one do so, its error is not logged: it may hold the text. */
async function outcomeOf(sender: MessageSender, message: OutgoingMessage): Promise<SendOutcome> {
  try {
    return await sender.send(message);
  } catch {
    return { kind: 'failed', reason: 'provider_unavailable', providerCode: 'THROWN' };
  }
}

function about({ id, phoneNumber, attempts }: Pick<DueMessage, 'id' | 'phoneNumber' | 'attempts'>, provider: string) {
  return { messageId: id, provider, phoneNumber, attempts };
}
