import { addSeconds, type Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { fraction, type Random } from '../platform/random.js';
import type { EventDeliveryRepository, Turn } from './event-delivery.repository.js';
import type { Delivery, Receiver } from './event-sender.js';
import { retryDelay } from './retry.js';

/** For one attempt. */
export const DELIVER_WITHIN_MS = 15_000;
/** Seconds for which a process has a user's events in hand: an attempt, and a database that takes its time. */
const LEASE = 45;
/** Users whose events are under way at the same time. */
const MOST_USERS = 20;
/** Attempts in a row that find the receiver away, until this process makes a pause. One event alone may be what it cannot take. */
const PAUSE_AFTER = 5;

export interface EventDeliveryParts {
  readonly deliveries: EventDeliveryRepository;
  readonly receiver: Receiver;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Delivers events: of one user one after another, of several users at the same time, at least once
 * (docs/decisions/0051). While the receiver is away, this process tries with one event now and then.
 */
export class EventDeliveryService {
  readonly #parts: EventDeliveryParts;
  readonly #underWay = new Set<Promise<void>>();
  /** Attempts in a row that found the receiver away, and pauses that this process made since. */
  #away = 0;
  #pauses = 0;
  /** Monotonic, in milliseconds. */
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(parts: EventDeliveryParts) {
    this.#parts = parts;
  }

  /** Delivers what is due. The last events are under way when it returns. */
  async run(stop: AbortSignal = new AbortController().signal): Promise<void> {
    const { clock, deliveries } = this.#parts;
    for (let most = this.#capacity(); most > 0 && !stop.aborted; most = this.#capacity()) {
      const now = clock.now();
      const turns = await deliveries.take(now, addSeconds(now, LEASE), most);
      for (const turn of turns) this.#start(turn, stop);
      if (turns.length < most) return;
      await Promise.race(this.#underWay);
    }
  }

  /** Resolves when nothing is under way. */
  async drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Users that may be taken now. */
  #capacity(): number {
    if (this.#parts.clock.monotonic() < this.#pausedUntil) return 0;
    return Math.max(0, (this.#pauses > 0 ? 1 : MOST_USERS) - this.#underWay.size);
  }

  #start(turn: Turn, stop: AbortSignal): void {
    const going = this.#deliverAll(turn, stop)
      .catch((error) => this.#parts.logger.error({ err: error, userId: turn.userId }, 'outcome of an event not kept'))
      .finally(() => this.#underWay.delete(going));
    this.#underWay.add(going);
  }

  /** Until the user has no more events, or one was not delivered. */
  async #deliverAll(first: Turn, stop: AbortSignal): Promise<void> {
    for (let turn: Turn | null = first; turn !== null; ) turn = await this.#deliverNext(turn, stop);
  }

  async #deliverNext(turn: Turn, stop: AbortSignal): Promise<Turn | null> {
    const { clock, deliveries, receiver, metrics } = this.#parts;
    const { event } = turn;
    if (event === null) {
      if (!(await deliveries.close(turn))) await deliveries.putBack(turn, clock.now(), null);
      return null;
    }
    const delivery = await receiver.deliver(event);
    metrics.count('events_total', { outcome: delivery.kind });
    if (delivery.kind !== 'delivered') {
      await this.#keepFailure(turn, delivery);
      return null;
    }
    [this.#away, this.#pauses] = [0, 0];
    const now = clock.now();
    return deliveries.delivered(turn, event, { now, leaseEnd: addSeconds(now, LEASE), goesOn: !stop.aborted });
  }

  async #keepFailure(turn: Turn, delivery: Exclude<Delivery, { kind: 'delivered' }>): Promise<void> {
    const { clock, deliveries, logger, random } = this.#parts;
    const { attempts, event, userId } = turn;
    const { kind, failure } = delivery;
    const spread = fraction(random);
    const asked = kind === 'away' ? delivery.retryAfterSeconds : null;
    if (kind === 'away') this.#countAway(asked, spread);
    const line = { eventId: event?.id, kind: event?.kind, userId, attempts, failure };
    logger.warn(line, kind === 'away' ? 'event not delivered, the receiver is away' : 'event refused by its receiver');
    const delay = Math.max(retryDelay(kind, attempts, spread), asked ?? 0);
    await deliveries.putBack(turn, addSeconds(clock.now(), delay), failure);
  }

  /** Makes a pause when the receiver asks for one, or seems to be away for everything. What is under way by then makes no other. */
  #countAway(asked: number | null, spread: number): void {
    const now = this.#parts.clock.monotonic();
    this.#away += 1;
    if (now < this.#pausedUntil || (asked === null && this.#away < PAUSE_AFTER)) return;
    this.#pauses += 1;
    this.#pausedUntil = now + 1_000 * (asked ?? retryDelay('away', this.#pauses, spread));
  }
}
