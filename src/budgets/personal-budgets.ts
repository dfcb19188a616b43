import type { SubjectHash } from '../platform/subject-hash.js';
import { accountOf, addressOf } from './email-budgets.js';
import { limits } from './limits/limits.js';
import { devicesOf, keyOf, numberOf } from './send-budgets.js';
import { usernameBudget } from './username-budget.js';

/** Keys of everything that an account and its devices spend. They name the account, so they go with it. */
export function budgetsOfAccount(userId: string): readonly string[] {
  const { emailsPerAccountAndHour, emailsPerAccountAndDay } = limits;
  return [
    ...budgetsOfDevices(userId),
    ...[emailsPerAccountAndHour, emailsPerAccountAndDay].map(({ window }) => keyOf(accountOf(userId), window)),
    usernameBudget(userId).key,
  ];
}

/** Keys of what an account's known devices spend for its number. */
export function budgetsOfDevices(userId: string): readonly string[] {
  const { sendsPerNumberAndHour: hour, sendsPerNumberAndDay: day } = limits;
  return [hour, day].map(({ window }) => keyOf(devicesOf(userId), window));
}

/** Keys of what is spent for a number. They have its hash, and stay. */
export function budgetsOfNumber(hashed: SubjectHash): readonly string[] {
  const { sendsPerNumberAndHour: hour, sendsPerNumberAndDay: day } = limits;
  return [hour, day].map(({ window }) => keyOf(numberOf(hashed), window));
}

/** The same of an email address. */
export function budgetsOfAddress(hashed: SubjectHash, purposes: readonly string[]): readonly string[] {
  const { emailsPerAddressAndHour: hour, emailsPerAddressAndDay: day } = limits;
  return purposes.flatMap((purpose) => [hour, day].map(({ window }) => keyOf(addressOf(purpose, hashed), window)));
}
