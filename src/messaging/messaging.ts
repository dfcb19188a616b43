import type { Database } from '../database/database.js';
import type { TestPhones } from '../phone/test-phones.js';
import type { AppSecrets } from '../platform/app-secret.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { Random } from '../platform/random.js';
import { DeliveryRepository } from './delivery.repository.js';
import { DeliveryService } from './delivery.service.js';
import type { DeliveryRoutes } from './delivery-routes.js';
import { DeliveryTokens } from './delivery-token.js';
import { DueMessageRepository } from './due-message.repository.js';
import { MessageRepository } from './message.repository.js';
import type { MessageSender, ProviderName } from '../providers/message-sender.js';
import { OtpDeliveryService } from './otp-delivery.service.js';
import { OtpMessageWriter } from './otp-message-writer.js';
import { type SendDelay, OutboxService } from './outbox.service.js';
import { ProviderPool } from './provider-pool.js';
import { RefusedNumberRepository } from './refused-number.repository.js';
import type { TextSettings } from '../texts/text-settings.js';

export interface MessagingParts {
  readonly db: Database;
  readonly routes: DeliveryRoutes;
  /** One for each provider that a route leads to. */
  readonly senders: ReadonlyMap<ProviderName, MessageSender>;
  readonly texts: TextSettings;
  readonly testPhones: TestPhones;
  readonly secrets: AppSecrets;
  readonly sendAfterAnswer: SendDelay;
  /** Guesses per code. */
  readonly maxAttempts: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface Messaging {
  readonly outbox: OutboxService;
  readonly deliveries: DeliveryService;
  readonly deliveryTokens: DeliveryTokens;
  readonly otpDelivery: OtpDeliveryService;
}

/** The services of this room, wired together. */
export function createMessaging(parts: MessagingParts): Messaging {
  const { db, secrets, testPhones, clock, random, logger, metrics } = parts;
  const providers = new ProviderPool(parts);
  const refusedNumbers = new RefusedNumberRepository(db);
  const deliveries = new DeliveryRepository(db);
  const deliveryTokens = new DeliveryTokens(secrets, clock);
  return {
    outbox: new OutboxService({
      messages: new MessageRepository(db),
      due: new DueMessageRepository(db),
      writer: new OtpMessageWriter({ secrets, testPhones, texts: parts.texts }),
      maxAttempts: parts.maxAttempts,
      sendAfterAnswer: parts.sendAfterAnswer,
      ...{ providers, refusedNumbers, clock, random, logger, metrics },
    }),
    deliveries: new DeliveryService({ deliveries, refusedNumbers, providers, clock, logger, metrics }),
    deliveryTokens,
    otpDelivery: new OtpDeliveryService({ deliveries, tokens: deliveryTokens }),
  };
}
