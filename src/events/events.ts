import type { Database } from '../database/database.js';
import { type Chore, chore } from '../platform/chore.js';
import { type Clock, secondsUntil } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { Poller } from '../platform/poller.js';
import type { Random } from '../platform/random.js';
import type { Tracing } from '../tracing/tracing.js';
import { EventDeliveryRepository } from './event-delivery.repository.js';
import { DELIVER_WITHIN_MS, EventDeliveryService } from './event-delivery.service.js';
import { EventListRepository } from './event-list.repository.js';
import { EventListService } from './event-list.service.js';
import { tracedReceiver, WebhookReceiver } from './event-sender.js';
import { DoneDeliveryRepository, EventStreamRepository } from './event-stream.repository.js';
import type { ServiceTokenConfig } from '../service-tokens/service-tokens.settings.js';
import type { EventConfig } from './events.settings.js';

export interface EventParts {
  readonly db: Database;
  readonly settings: EventConfig & ServiceTokenConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Absent or null: nothing is traced. */
  readonly tracing?: Tracing | null | undefined;
}

export interface Events {
  readonly services: { readonly events: EventListService };
  /** Gives new events their places in the stream. */
  publish(): Promise<void>;
  /** Null where no address for them is set. */
  readonly delivery: EventDeliveryService | null;
  /** Publish and deliver, once they are started. */
  readonly pollers: readonly Poller[];
  readonly chores: readonly Chore[];
  /** Resolves when no event is on its way. */
  drain(): Promise<void>;
}

const PUBLISH_EVERY_MS = 500;
const DELIVER_EVERY_MS = 500;
const WANT_EVERY_MS = 3_600_000;
const MEASURE_EVERY_MS = 60_000;

/** Events for other services. Where nothing is set, none are written, and nothing asks for them. */
export async function createEvents(parts: EventParts): Promise<Events> {
  const { db, clock, logger, settings } = parts;
  const { receiver } = settings.events;
  const stream = new EventStreamRepository(db);
  const deliveries = new EventDeliveryRepository(db);
  const settled = { timeoutMs: DELIVER_WITHIN_MS };
  const { tracing = null } = parts;
  const openReceiver = (at: NonNullable<typeof receiver>) => {
    const webhook = new WebhookReceiver({ ...at, ...settled }, clock);
    return tracing === null ? webhook : tracedReceiver(webhook, tracing);
  };
  const delivery = receiver
    ? new EventDeliveryService({ ...parts, deliveries, receiver: openReceiver(receiver) })
    : null;
  const isWanted = delivery !== null || settings.serviceTokens.some(({ scope }) => scope === 'events');
  const want = () => stream.want(clock.now(), delivery !== null);
  const publish = async () => {
    while (await stream.publish(clock.now()));
  };
  if (isWanted) await want();
  const wanted = [
    { name: 'the wish for events', intervalMs: WANT_EVERY_MS, poll: want },
    { name: 'new events', intervalMs: PUBLISH_EVERY_MS, poll: publish },
  ];
  const delivered = [
    { name: 'events to deliver', intervalMs: DELIVER_EVERY_MS, poll: async (stop: AbortSignal) => delivery?.run(stop) },
    { name: 'the backlog of events', intervalMs: MEASURE_EVERY_MS, poll: () => measure(deliveries, parts) },
  ];
  return {
    services: { events: new EventListService({ events: new EventListRepository(db), clock }) },
    publish,
    delivery,
    pollers: [...(isWanted ? wanted : []), ...(delivery ? delivered : [])].map((work) => new Poller(work, logger)),
    // Also where events are no longer wanted: the old ones go.
    chores: [chore('events', stream), chore('deliveries of events', new DoneDeliveryRepository(db))],
    drain: async () => delivery?.drain(),
  };
}

async function measure(deliveries: EventDeliveryRepository, { clock, metrics }: EventParts): Promise<void> {
  const { users, oldest } = await deliveries.backlog();
  metrics.set('events_waiting_users', {}, users);
  metrics.set('events_oldest_seconds', {}, oldest ? secondsUntil(clock.now(), oldest) : 0);
}
