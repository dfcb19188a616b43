import { setTimeout as pause, setImmediate as nextTurn } from 'node:timers/promises';
import { addSeconds, type Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { fraction, type Random } from '../platform/random.js';
import type { DeliveryTarget } from './delivery-routes.js';
import type { DueMessage, DueMessageRepository } from './due-message.repository.js';
import { mayHaveTaken, nextStep } from './fallback.js';
import type { OutcomeNotes } from './outcomes/outcome-notes.js';
import { loggedDestination } from './logged-destination.js';
import { messageLabels } from './message-labels.js';
import { countStep } from './otp-steps.js';
import type { MessageRepository } from './message.repository.js';
import type { AcceptedOutcome, FailedOutcome, OutgoingMessage, ProviderName } from '../providers/message-sender.js';
import type { MessageWriter } from './message-writer.js';
import type { Plan, ProviderPool } from './provider-pool.js';
import { numberRefusalOf } from './refused-number.js';
import type { RefusedNumberRepository } from './refused-number.repository.js';
import type { UndeliveredSends } from './undelivered-sends.js';

/** Milliseconds between `dispatch` and sending: a random time between the two; 0 and 0: in the next turn. */
export interface SendDelay {
  readonly least: number;
  readonly most: number;
}

/**
 * Long enough for the answer to be out, and different each time. In a paused range nothing is sent to unknown numbers;
 * without the delay, the work of sending to known numbers would show in the time of answers (docs/decisions/0021).
 */
export const AFTER_THE_ANSWER: SendDelay = { least: 20, most: 120 };

export interface OutboxParts {
  readonly messages: MessageRepository;
  readonly due: DueMessageRepository;
  readonly outcomes: Pick<OutcomeNotes, 'accepted'>;
  readonly refusedNumbers: RefusedNumberRepository;
  readonly undelivered: Pick<UndeliveredSends, 'lost'>;
  readonly writer: MessageWriter;
  readonly providers: ProviderPool;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly sendAfterAnswer: SendDelay;
  /** Guesses per code. A code that has had all of them is not sent. */
  readonly maxAttempts: number;
}

/** A message that this process sends, and the provider of the attempt. */
type Turn = DueMessage & Waits & { readonly provider: ProviderName };

/** Until when providers of this round asked to wait: monotonic, in milliseconds. */
interface Waits {
  readonly waitUntil?: ReadonlyMap<ProviderName, number>;
}

/**
 * Sends the messages of the outbox. An answer never waits for a provider. If sending fails, the row stays, and `run`
 * sends it when it is due, in this process or another one (docs/decisions/0024, 0026).
 */
export class OutboxService {
  readonly #parts: OutboxParts;
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Which provider would send a message now. */
  plan(target: DeliveryTarget, options?: { readonly trial: boolean }): Plan {
    return this.#parts.providers.plan(target, options);
  }

  /**
   * Sends a message that this process has taken up, and returns at once. The text exists only here and at the provider.
   * It is written after the answer is out, so that answers take the same time whether a message is sent or not. For the same
   * reason a message that is withheld comes here, too: even drawing the time and waiting for it would show in the answer.
   */
  dispatch(message: DueMessage, { withheld = false } = {}): void {
    const { random, sendAfterAnswer } = this.#parts;
    const { least, most } = sendAfterAnswer;
    const begin = most > 0 ? pause(least + (most - least) * fraction(random)) : nextTurn();
    this.#start(message, { begin, withheld });
  }

  #start(message: DueMessage, { begin, withheld }: { begin: Promise<void>; withheld: boolean }): void {
    const sending = begin
      .then(() => (withheld ? undefined : this.#attempt(message)))
      .catch((error) => this.#parts.logger.error({ err: error, messageId: message.id }, 'message outcome not kept'))
      .finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  /** Takes up what is due now. The messages are under way when it returns. */
  async run(): Promise<void> {
    const { due, providers, clock, maxAttempts } = this.#parts;
    const { taken, givenUp } = await due.take(clock.now(), providers.capacity, maxAttempts);
    for (const message of givenUp) this.#tellGivenUp(message, message.failure);
    for (const message of taken) this.#start(message, { begin: Promise.resolve(), withheld: false });
  }

  /** Resolves when nothing is under way, for a graceful stop. Messages that wait for another attempt stay for other processes. */
  async drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** @param only the one provider that may send it; null: any provider of its route. */
  async #attempt(message: DueMessage & Waits, only: ProviderName | null = null): Promise<void> {
    const { messages, providers, writer, clock } = this.#parts;
    const written = writer.write(message, clock.now());
    if (written === null) {
      await messages.expired(message, clock.now());
      this.#tellGivenUp(message, 'expired');
      return;
    }
    const candidates = turnsOf(message, providers.routeOf(message));
    if (candidates.length === 0) {
      this.#count(message, message.provider, noRoute.reason);
      return this.#fail(message, message.provider, noRoute);
    }
    const admission = providers.admit(only === null ? candidates : [only], message.destination);
    if (admission === null) {
      await messages.putBack(message, addSeconds(clock.now(), providers.waitFor(candidates)));
      return;
    }
    const { id, destination, attempts, createdAt, expiresAt, note } = message;
    const earlier = attempts > 1 ? { since: createdAt } : undefined;
    const outgoing: OutgoingMessage = { id, to: destination, ...written, expiresAt, earlier, note };
    const { provider } = admission;
    if (message.provider !== null && message.provider !== provider && mayHaveTaken(message.lastFailure)) {
      const found = await providers.findEarlier(message.provider, outgoing);
      if (found) {
        admission.permit(null);
        return this.#keepSuccess(message, message.provider, found);
      }
    }
    const outcome = await providers.send(admission, outgoing);
    this.#count(message, provider, outcome.kind === 'accepted' ? 'accepted' : outcome.reason);
    if (outcome.kind === 'accepted') await this.#keepSuccess(message, provider, outcome);
    else await this.#goOn({ ...message, provider }, outcome, outgoing);
  }

  async #goOn(message: Turn, outcome: FailedOutcome, outgoing: OutgoingMessage): Promise<void> {
    const { messages, providers, clock, random, logger } = this.#parts;
    const { provider } = message;
    const now = clock.monotonic();
    const waitUntil = new Map(message.waitUntil);
    if (outcome.retryAfterSeconds) waitUntil.set(provider, now + outcome.retryAfterSeconds * 1000);
    const step = nextStep({ ...message, route: providers.routeOf(message) }, outcome, {
      takesMessages: (each) => providers.takesMessages(each),
      waitOf: (each) => Math.max(0, Math.ceil(((waitUntil.get(each) ?? now) - now) / 1000)),
      random,
    });
    const line = { ...about(message, provider), failure: outcome.reason, providerCode: outcome.providerCode };
    // A provider that gets the message again looks for it before it sends.
    const movesOn = step.kind === 'give_up' || step.provider !== provider;
    if (movesOn && mayHaveTaken(outcome.reason)) {
      const found = await providers.findEarlier(provider, { ...outgoing, earlier: { since: message.createdAt } });
      if (found) return this.#keepSuccess(message, provider, found);
    }
    if (step.kind === 'give_up') return this.#fail(message, provider, outcome);
    if (step.kind === 'later') {
      logger.warn({ ...line, retryInSeconds: Math.ceil(step.delay) }, 'message not taken, to be tried again');
      return messages.tryAgain(message, { ...step, outcome, at: addSeconds(clock.now(), step.delay) });
    }
    logger.warn({ ...line, next: step.provider }, 'message not taken, another provider gets it');
    const inHands = await messages.passOn(message, { ...step, outcome, now: clock.now() });
    // The provider before was asked already whether it has taken the message.
    const next = { ...message, ...step, waitUntil, attempts: message.attempts + 1, lastFailure: 'rejected' as const };
    if (inHands) await this.#attempt(next, step.provider);
  }

  async #keepSuccess(message: DueMessage, provider: ProviderName, outcome: AcceptedOutcome): Promise<void> {
    const { outcomes, providers, logger, clock, metrics } = this.#parts;
    const { providerMessageId, price } = outcome;
    logger.info({ ...about(message, provider), providerMessageId }, 'message sent');
    if (price) {
      const labels = { ...messageLabels(message, provider), currency: price.currency };
      metrics.count('messages_cost_total', labels, price.amount);
    }
    if (!('notice' in message)) countStep(metrics, 'sent', message);
    const askPrice = providers.tellsPrices(provider);
    await outcomes.accepted({ message, provider, outcome, now: clock.now(), askPrice });
  }

  async #fail(message: DueMessage, provider: ProviderName | null, outcome: FailedOutcome): Promise<void> {
    const { messages, refusedNumbers, undelivered, logger, clock } = this.#parts;
    const now = clock.now();
    const { reason, providerCode } = outcome;
    logger.warn({ ...about(message, provider ?? 'none'), failure: reason, providerCode }, 'message failed');
    const refusal = numberRefusalOf(reason);
    if (refusal) await refusedNumbers.remember({ ...message, refusal, now });
    await messages.failed(message, { provider, outcome, now });
    // It cost nothing, and honest people choose a channel that they do not have. Numbers that do not exist are
    // something else: fraudsters run through them.
    if (reason === 'not_on_channel') await undelivered.lost(message.id);
  }

  #tellGivenUp(
    message: DeliveryTarget & Parameters<typeof about>[0] & { provider: ProviderName | null },
    failure: string,
  ): void {
    this.#count(message, message.provider, failure);
    this.#parts.logger.warn({ ...about(message, message.provider ?? 'none'), failure }, 'message given up');
  }

  #count(target: DeliveryTarget, provider: ProviderName | null, outcome: string): void {
    this.#parts.metrics.count('messages_total', { ...messageLabels(target, provider), outcome });
  }
}

/** No route leads there any more: the routes were changed after the message was written. */
const noRoute: FailedOutcome = { kind: 'failed', reason: 'rejected', providerCode: 'NO_ROUTE' };

/** The providers that may send the message now: from the one whose turn it is, once around the route. */
function turnsOf({ provider, ruledOut }: DueMessage, route: readonly ProviderName[]): readonly ProviderName[] {
  const first = Math.max(0, provider === null ? 0 : route.indexOf(provider));
  return [...route.slice(first), ...route.slice(0, first)].filter((each) => !ruledOut.includes(each));
}

function about(
  { id, destination, channel, attempts }: Pick<DueMessage, 'id' | 'destination' | 'channel' | 'attempts'>,
  provider: string,
) {
  return { messageId: id, provider, channel, ...loggedDestination({ channel, destination }), attempts };
}
