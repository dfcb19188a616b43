import type { Actor } from '../../audit/origin.js';
import { codesOf, guessesOfAccount } from '../../budgets/guess-subject.js';
import { limits } from '../../budgets/limits/limits.js';
import { budgetsOfDevices, budgetsOfNumber } from '../../budgets/personal-budgets.js';
import { capacityOf } from '../../budgets/rate-budget.js';
import { deviceBudgets } from '../../devices/device.repository.js';
import { type PhoneNumberRules, readPhoneNumber } from '../../phone/phone-number.js';
import { phoneNumberProblem } from '../../phone/phone-number-problem.js';
import type { AppSecrets } from '../../platform/app-secret.js';
import { type Clock, secondsUntil } from '../../platform/clock.js';
import { FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import { subjectHash } from '../../platform/subject-hash.js';
import type { Role } from '../../users/user.table.js';
import { mayTouch } from '../staff.js';
import type { ClearLimitsRepository } from './clear-limits.repository.js';

export type ClearLimitsOutcome =
  | {
      readonly kind: 'cleared';
      readonly phoneNumber: string;
      /** The limits that held anything, as docs/limits.md names them. */
      readonly cleared: readonly string[];
    }
  | InvalidInput
  | { readonly kind: 'too_many_requests'; readonly retryAfterSeconds: number }
  /** SUPPORT does not touch an account with a role. */
  | { readonly kind: 'forbidden' };

export interface ClearLimitsParts {
  readonly limitClearing: ClearLimitsRepository;
  readonly phoneNumbers: PhoneNumberRules;
  /** Wrong guesses in 24 hours. */
  readonly guessesPerDay: number;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
}

/**
 * Lets somebody in who used up a number's limits by mistake. The number gets its texts once more, and each allows one more
 * first guess. Where the guesses of the day are spent, it gives neither more guesses nor more texts.
 */
export class ClearLimitsService {
  readonly #parts: ClearLimitsParts;

  constructor(parts: ClearLimitsParts) {
    this.#parts = parts;
  }

  async clear(typed: string, actor: Actor, role: Role): Promise<ClearLimitsOutcome> {
    const { limitClearing, phoneNumbers, guessesPerDay: perDay, secrets, clock } = this.#parts;
    const now = clock.now();
    const reading = readPhoneNumber(typed, phoneNumbers, now);
    if (reading.kind !== 'phone_number') {
      const problems = new FieldProblems();
      problems.add('phoneNumber', phoneNumberProblem(reading, phoneNumbers));
      return problems.toOutcome();
    }
    const { phoneNumber } = reading;
    const hashed = subjectHash(secrets, phoneNumber);
    const owner = await limitClearing.look(phoneNumber);
    if (!mayTouch(role, owner.role)) return { kind: 'forbidden' };
    const { userId } = owner;
    const payment = { key: `limits:number:${hashed}`, window: CLEARINGS.window, max: CLEARINGS.size.fixed };
    const cleared = await limitClearing.clear({
      ...{ now, actor, userId, phoneNumber, payment, perDay },
      guesses: [codesOf(hashed, null), ...(userId ? guessesOfAccount(userId, deviceBudgets(userId)) : [])],
      sends: [...budgetsOfNumber(hashed), ...(userId ? budgetsOfDevices(userId) : [])],
    });
    if (cleared.kind === 'spent') {
      const { retryAt } = capacityOf(payment, cleared.spent.get(payment.key), now);
      return { kind: 'too_many_requests', retryAfterSeconds: retryAt ? secondsUntil(retryAt, now) : 1 };
    }
    const names = cleared.sends.map(nameOfSends);
    if (cleared.locks > 0) names.push(limits.guessesBeforeLock.name);
    return { kind: 'cleared', phoneNumber, cleared: [...new Set(names)].sort() };
  }
}

const CLEARINGS = limits.clearedLimits;

/** By the window in the key of a budget. */
function nameOfSends(key: string): string {
  const { sendsPerNumberAndHour: hour, sendsPerNumberAndDay: day } = limits;
  return (key.endsWith(`:${hour.window}`) ? hour : day).name;
}
