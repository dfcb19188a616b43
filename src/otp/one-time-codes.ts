import type { FailureTrail } from '../audit/failures/failure-trail.service.js';
import type { FailureLimitService } from '../budgets/failure-limit.service.js';
import type { BudgetConfig } from '../budgets/budgets.settings.js';
import type { Database } from '../database/database.js';
import type { PhoneConfig } from '../phone/phone.settings.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { type Chore, chore } from '../platform/chore.js';
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import { GuessRepository } from './guess.repository.js';
import { NumberPauseRepository } from './number-pause.repository.js';
import { OtpService } from './otp.service.js';
import type { OtpConfig } from './otp.settings.js';
import { OtpChallengeRepository } from './otp-challenge.repository.js';
import { RequestTokens } from './request-token.js';

export interface OneTimeCodeParts {
  readonly db: Database;
  readonly settings: OtpConfig & PhoneConfig & Pick<BudgetConfig, 'guesses'>;
  readonly failures: FailureLimitService;
  readonly failureTrail: FailureTrail;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly random: Random;
  /** Told when a wrong guess has locked the codes of a number or address. */
  readonly onLocked: (destination: string, until: Date) => void;
  readonly longestTurnWaitMs?: number | undefined;
}

export interface OneTimeCodes {
  readonly otp: OtpService;
  readonly requestTokens: RequestTokens;
  readonly chores: readonly Chore[];
}

export function createOneTimeCodes(parts: OneTimeCodeParts): OneTimeCodes {
  const { db, settings, secrets, clock } = parts;
  const guesses = new GuessRepository(db);
  const { testPhones } = settings.phoneNumbers;
  const { maxAttempts, timeToLive } = settings.otp;
  const requestTokens = new RequestTokens(secrets, clock);
  const rules = { maxAttempts, timeToLive, limits: settings.guesses };
  return {
    otp: new OtpService({ ...parts, guesses, testPhones, requestTokens, rules }),
    requestTokens,
    chores: [
      chore('one-time codes', new OtpChallengeRepository(db)),
      chore('pauses between codes', new NumberPauseRepository(db)),
    ],
  };
}
