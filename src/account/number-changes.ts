import type { FailureLimitService } from '../budgets/failure-limit.service.js';
import type { Database } from '../database/database.js';
import type { DeviceTokens } from '../devices/device-token.js';
import type { DeliveryService } from '../messaging/delivery.service.js';
import type { NoticeService } from '../notices/notice.service.js';
import type { NumberSignals } from '../number-signals/number-signals.js';
import type { OtpService } from '../otp/otp.service.js';
import type { PhoneConfig } from '../phone/phone.settings.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { type Chore, chore } from '../platform/chore.js';
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import type { PumpingGuardService } from '../pumping/pumping-guard.service.js';
import { ChangePhoneNumberRepository } from './change-phone-number/change-phone-number.repository.js';
import { ChangePhoneNumberService } from './change-phone-number/change-phone-number.service.js';
import { RevertFactsRepository } from './revert-change/facts.repository.js';
import { RevertChangeService } from './revert-change/revert-change.service.js';
import { RevertChangeRepository } from './revert-change/write.repository.js';

export interface NumberChangeParts {
  readonly db: Database;
  readonly settings: PhoneConfig;
  readonly otp: OtpService;
  readonly failures: FailureLimitService;
  readonly notices: NoticeService;
  readonly signals: NumberSignals;
  readonly deviceTokens: DeviceTokens;
  readonly guard: PumpingGuardService;
  readonly deliveries: DeliveryService;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly random: Random;
}

export interface NumberChanges {
  readonly services: {
    readonly changePhoneNumber: ChangePhoneNumberService;
    readonly revertChange: RevertChangeService;
  };
  readonly chores: readonly Chore[];
}

/** New numbers, and how their owners take them back. */
export function createNumberChanges(parts: NumberChangeParts): NumberChanges {
  const { db, settings } = parts;
  const changes = new ChangePhoneNumberRepository(db);
  const { phoneNumbers } = settings;
  const [facts, reversals] = [new RevertFactsRepository(db), new RevertChangeRepository(db)];
  return {
    services: {
      changePhoneNumber: new ChangePhoneNumberService({ ...parts, changes, phoneNumbers }),
      revertChange: new RevertChangeService({ ...parts, facts, reversals }),
    },
    chores: [chore('number changes', changes)],
  };
}
