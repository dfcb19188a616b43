import { validate } from 'uuid';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { DeliveryRepository, MessageState, NamedReport, PricedMessage, Reported } from './delivery.repository.js';
import type { DeliveryFailure, DeliveryReport, DeliveryReports } from '../providers/delivery-report.js';
import { nextAfterLoss } from './fallback.js';
import { loggedDestination } from './logged-destination.js';
import { countStep } from './otp-steps.js';
import { messageLabels } from './message-labels.js';
import type { OutcomeNotes } from './outcomes/outcome-notes.js';
import type { Price, ProviderName } from '../providers/message-sender.js';
import { said } from '../providers/provider-words.js';
import type { ProviderPool } from './provider-pool.js';
import type { UndeliveredSends } from './undelivered-sends.js';
import { numberRefusalOf } from './refused-number.js';
import type { RefusedNumberRepository } from './refused-number.repository.js';

/** Messages whose price is asked for at the same time. If a process dies, these are asked for at their next time. */
const PRICES_AT_ONCE = 10;

export interface DeliveryParts {
  readonly deliveries: DeliveryRepository;
  readonly outcomes: Pick<OutcomeNotes, 'verified'>;
  readonly refusedNumbers: RefusedNumberRepository;
  readonly providers: ProviderPool;
  readonly undelivered: UndeliveredSends;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Follows messages after a provider took them: did they arrive, was their code typed, what did they cost. */
export class DeliveryService implements DeliveryReports {
  readonly #parts: DeliveryParts;
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  async report(told: DeliveryReport): Promise<boolean> {
    const { deliveries, providers, clock } = this.#parts;
    const report = await this.#named(told);
    if (report === null) return false;
    const by = { now: clock.now(), askPrice: providers.tellsPrices(report.provider) };
    if (report.state === 'sent') return this.#sent(report, by);
    if (report.state === 'delivered') return this.#arrived(report, await deliveries.delivered(report, by), by.now);
    const { providerMessage, ...rest } = report;
    return this.#lost({ ...rest, ...said(providerMessage), failure: report.failure ?? 'undelivered' }, by);
  }

  /** Null: it is about no message of ours. */
  async #named(report: DeliveryReport): Promise<NamedReport | null> {
    const { messageId, provider, providerMessageId } = report;
    if (messageId !== null) return validate(messageId) ? { ...report, messageId } : null;
    const found = providerMessageId && (await this.#parts.deliveries.idOf({ provider, providerMessageId }));
    return found ? { ...report, messageId: found } : null;
  }

  /** News only for a message that is not known to be sent: its provider was quicker than its own answer, or gave none. */
  async #sent(report: NamedReport, by: { now: Date; askPrice: boolean }): Promise<boolean> {
    const { deliveries, logger } = this.#parts;
    const before = await deliveries.find(report.messageId);
    const state = before?.status === 'queued' ? await deliveries.sent(report, by) : null;
    if (state) {
      const labels = messageLabels(state, report.provider);
      if (report.price && state.newPrice) this.#countPrice(labels, report.price);
      logger.info({ messageId: state.id, ...labels, ...loggedDestination(state) }, 'message reported as sent');
    } else if (before && report.price) {
      await this.#learnPrice(before, report.provider, report.price);
    }
    return before !== null;
  }

  /** Some providers tell the price with the news that they have sent a message, which was known already. */
  async #learnPrice(message: MessageState, provider: ProviderName, price: Price): Promise<void> {
    if (message.provider !== provider || !(await this.#parts.deliveries.keepPrice(message.id, price))) return;
    this.#countPrice(messageLabels(message, provider), price);
  }

  #arrived(report: NamedReport, state: Reported | null, now: Date): boolean {
    if (!state) return false;
    const { metrics, logger } = this.#parts;
    const labels = messageLabels(state, report.provider);
    metrics.count('message_reports_total', { ...labels, outcome: 'delivered' });
    if (state.noticeKind === null) countStep(metrics, 'delivered', state);
    metrics.observe('message_delivery_seconds', labels, Math.max(0, now.getTime() - state.createdAt.getTime()) / 1000);
    if (report.price && state.newPrice) this.#countPrice(labels, report.price);
    logger.info({ messageId: state.id, ...labels, ...loggedDestination(state) }, 'message delivered');
    return true;
  }

  async #lost(
    report: NamedReport & { readonly failure: DeliveryFailure },
    by: { now: Date; askPrice: boolean },
  ): Promise<boolean> {
    const { deliveries, providers, refusedNumbers, metrics, logger } = this.#parts;
    const { provider, failure, providerCode } = report;
    const before = await deliveries.find(report.messageId);
    if (!before) return false;
    const route = providers.routeOf(before);
    const next = nextAfterLoss({ ...before, route, provider }, failure);
    const state = await deliveries.lost(report, { ...by, before, next });
    if (!state) return false;
    const labels = messageLabels(state, provider);
    metrics.count('message_reports_total', { ...labels, outcome: failure });
    if (report.price && state.newPrice) this.#countPrice(labels, report.price);
    const about = { messageId: state.id, ...labels, ...loggedDestination(state) };
    logger.warn({ ...about, failure, providerCode, next }, 'message did not arrive');
    const refusal = numberRefusalOf(failure);
    if (refusal) await refusedNumbers.remember({ ...state, refusal, now: by.now });
    if (next === null) await this.#parts.undelivered.lost(state.id);
    return true;
  }

  /** A text that did not arrive is no evidence of fraud: neither one that was lost, nor one without its usual report. */
  uncountUnreported(): Promise<void> {
    return this.#parts.undelivered.unreported(this.#parts.clock.now());
  }

  /** Records which message brought a right code. The caller does not wait for it. */
  verified(challengeId: string): void {
    const { outcomes, logger } = this.#parts;
    const learning = outcomes
      .verified(challengeId)
      .catch((error: unknown) => logger.warn({ err: error }, 'a verified code could not be recorded'))
      .finally(() => this.#underWay.delete(learning));
    this.#underWay.add(learning);
  }

  /**
   * Asks for the prices of all messages that are due. It does not end after a few, or a busy service would never catch
   * up. It asks for few at once and ends early on `stop`, so that a slow provider delays no stop.
   */
  async askPrices(stop?: AbortSignal): Promise<void> {
    const { deliveries, clock } = this.#parts;
    const now = clock.now();
    while (!stop?.aborted) {
      const due = await deliveries.takePriceDue(now, PRICES_AT_ONCE);
      await Promise.all(due.map((message) => this.#askPrice(message)));
      if (due.length < PRICES_AT_ONCE) return;
    }
  }

  async #askPrice({ id, provider, providerMessageId, channel, country }: PricedMessage): Promise<void> {
    const { deliveries, providers } = this.#parts;
    if (provider === null || providerMessageId === null) return;
    const price = await providers.priceOf(provider, { providerMessageId, channel });
    if (price && (await deliveries.keepPrice(id, price)))
      this.#countPrice(messageLabels({ channel, country }, provider), price);
  }

  /** Resolves once nothing is under way. */
  async drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #countPrice(labels: ReturnType<typeof messageLabels>, { amount, currency }: Price): void {
    this.#parts.metrics.count('messages_cost_total', { ...labels, currency }, amount);
  }
}
