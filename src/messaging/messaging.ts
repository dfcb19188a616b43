import { ProviderBalances } from './balances/provider-balances.js';
import type { Database } from '../database/database.js';
import type { RequestTokens } from '../otp/request-token.js';
import type { TestPhones } from '../phone/test-phones.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { type Chore, chore } from '../platform/chore.js';
import { type Clock, secondsUntil } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics, SharedGauge } from '../platform/metrics.js';
import { Poller } from '../platform/poller.js';
import type { Random } from '../platform/random.js';
import { DeliveryRepository } from './delivery.repository.js';
import { DeliveryService } from './delivery.service.js';
import type { DeliveryRoutes } from './delivery-routes.js';
import { DueMessageRepository } from './due-message.repository.js';
import { FeedbackRepository } from './feedback/feedback.repository.js';
import { FeedbackService } from './feedback/feedback.service.js';
import { MessageRepository } from './message.repository.js';
import type { MessageSender, ProviderName } from '../providers/message-sender.js';
import { OtpDeliveryService } from './otp-delivery.service.js';
import { messageLabels } from './message-labels.js';
import { MessageWriter } from './message-writer.js';
import { NoticeMessageWriter, type UndoCodes } from './notice-message-writer.js';
import { OtpMessageWriter } from './otp-message-writer.js';
import { countStep } from './otp-steps.js';
import { type SendDelay, OutboxService } from './outbox.service.js';
import { OutcomeNotes } from './outcomes/outcome-notes.js';
import { OutcomeRepository } from './outcomes/outcome.repository.js';
import { ProviderPool } from './provider-pool.js';
import { type RouteOrders, settledOrders } from './auto-routes/route-orders.js';
import type { PumpingGuardService } from '../pumping/pumping-guard.service.js';
import { UncountedSendRepository } from './uncounted-send.repository.js';
import { UndeliveredSends } from './undelivered-sends.js';
import { RefusedNumberRepository } from './refused-number.repository.js';
import type { TextSettings } from '../texts/text-settings.js';

export interface MessagingParts {
  readonly db: Database;
  readonly routes: DeliveryRoutes;
  /** Orders the routes that learn; absent: every route keeps the order of the settings. */
  readonly orders?: RouteOrders | undefined;
  /** One for each provider that a route leads to. */
  readonly senders: ReadonlyMap<ProviderName, MessageSender>;
  /** Those that only show messages to a developer. */
  readonly developmentProviders: ReadonlySet<ProviderName>;
  readonly texts: TextSettings;
  readonly testPhones: TestPhones;
  readonly requestTokens: RequestTokens;
  readonly secrets: AppSecrets;
  /** None unless given: no change is taken back by a code. */
  readonly undoCodes?: UndoCodes | undefined;
  readonly sendAfterAnswer: SendDelay;
  /** Guesses per code. */
  readonly maxAttempts: number;
  /** Learns which texts did not arrive. */
  readonly guard: PumpingGuardService;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface Messaging {
  readonly outbox: OutboxService;
  readonly deliveries: DeliveryService;
  readonly feedback: FeedbackService;
  readonly balances: ProviderBalances;
  readonly services: { readonly otpDelivery: OtpDeliveryService };
  /** Poll the outbox and what providers know and want to know, once they are started. */
  readonly pollers: readonly Poller[];
  readonly gauges: readonly SharedGauge[];
  readonly chores: readonly Chore[];
}

/** A message that a stopped process left unsent waits one second longer at most. */
const OUTBOX_EVERY_MS = 1_000;
const PRICES_EVERY_MS = 60_000;
const REPORTS_EVERY_MS = 60_000;
/** Queued messages that are counted for operators: more are as bad. */
const MOST_COUNTED = 10_000;

export function createMessaging(parts: MessagingParts): Messaging {
  const { db, secrets, testPhones, texts, maxAttempts, sendAfterAnswer, clock, random, logger, metrics } = parts;
  const { requestTokens, undoCodes = () => null } = parts;
  const providers = new ProviderPool({ ...parts, orders: parts.orders ?? settledOrders });
  const messages = new MessageRepository(db);
  const due = new DueMessageRepository(db);
  const writer = new MessageWriter({
    codes: new OtpMessageWriter({ secrets, testPhones, texts }),
    notices: new NoticeMessageWriter({ testPhones, texts, undoCodes }),
  });
  const refusedNumbers = new RefusedNumberRepository(db, secrets);
  const repository = new DeliveryRepository(db);
  const outcomes = new OutcomeNotes({
    rows: new OutcomeRepository(db, providers.toBeTold),
    clock,
    onVerified: (message) => {
      metrics.count('messages_verified_total', messageLabels(message, message.provider));
      countStep(metrics, 'verified', message);
    },
  });
  const watchers = { clock, logger, metrics, outcomes };
  const sending = { providers, refusedNumbers, random, sendAfterAnswer, maxAttempts };
  const undelivered = new UndeliveredSends({ rows: new UncountedSendRepository(db), guard: parts.guard });
  const outbox = new OutboxService({ ...watchers, ...sending, messages, due, writer, undelivered });
  const delivering = { deliveries: repository, refusedNumbers, providers, undelivered };
  const deliveries = new DeliveryService({ ...watchers, ...delivering });
  const balances = new ProviderBalances(parts);
  const feedback = new FeedbackService({ ...watchers, providers, secrets, rows: new FeedbackRepository(db) });
  return {
    outbox,
    deliveries,
    feedback,
    balances,
    services: { otpDelivery: new OtpDeliveryService({ deliveries: repository, tokens: requestTokens }) },
    pollers: [
      new Poller({ name: 'the outbox', intervalMs: OUTBOX_EVERY_MS, poll: () => outbox.run() }, logger),
      new Poller(
        { name: 'what messages cost', intervalMs: PRICES_EVERY_MS, poll: (stop) => deliveries.askPrices(stop) },
        logger,
      ),
      ...(providers.toBeTold.length > 0 ? [new Poller(feedback, logger)] : []),
      ...(balances.areTold ? [new Poller(balances, logger)] : []),
      new Poller(
        { name: 'texts without a report', intervalMs: REPORTS_EVERY_MS, poll: () => deliveries.uncountUnreported() },
        logger,
      ),
    ],
    gauges: [() => measure(due, parts)],
    chores: [chore('messages', messages), chore('refused numbers', refusedNumbers)],
  };
}

async function measure(messages: DueMessageRepository, { clock, metrics }: MessagingParts): Promise<void> {
  const now = clock.now();
  const { due, waiting, oldestDue } = await messages.backlog(now, MOST_COUNTED);
  metrics.set('outbox_messages', { state: 'due' }, due);
  metrics.set('outbox_messages', { state: 'waiting' }, waiting);
  metrics.set('outbox_oldest_due_seconds', {}, oldestDue ? secondsUntil(now, oldestDue) : 0);
}
