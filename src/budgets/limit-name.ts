import { limits } from './limits/limits.js';
import type { SendBudget, SendBudgetName } from './send-budgets.js';

/** Keys are windows in seconds. */
type Named = { readonly name: string } | { readonly 300: string; readonly 3600: string; readonly 86400: string };

const OF_SERVICE = {
  300: limits.sendsPerFiveMinutes.name,
  3600: limits.sendsPerHour.name,
  86400: limits.sendsPerDay.name,
};
const OF_COUNTRY = {
  300: limits.sendsPerCountryAndFiveMinutes.name,
  3600: limits.sendsPerCountry.name,
  86400: limits.sendsPerCountryAndDay.name,
};
const OF_EMAILS = {
  300: limits.emailsPerFiveMinutes.name,
  3600: limits.emailsPerHour.name,
  86400: limits.emailsPerDay.name,
};

const NAMES: Readonly<Record<SendBudgetName, Named>> = {
  number: limits.sendsPerNumberAndHour,
  number_day: limits.sendsPerNumberAndDay,
  network: limits.sendsPerNetwork,
  wide_network: limits.sendsPerWideNetwork,
  narrow_range: limits.sendsPerNarrowRange,
  wide_range: limits.sendsPerWideRange,
  country: OF_COUNTRY,
  country_newcomers: limits.sendsToNewcomers,
  all: OF_SERVICE,
  all_newcomers: limits.sendsToNewcomers,
  money: limits.moneyPerDay,
  money_newcomers: limits.sendsToNewcomers,
  notices: limits.notices,
  notices_of_signs: limits.noticesOfSigns,
  address: limits.emailsPerAddressAndHour,
  address_day: limits.emailsPerAddressAndDay,
  account: limits.emailsPerAccountAndHour,
  account_day: limits.emailsPerAccountAndDay,
  domain: limits.emailsPerDomain,
  emails: OF_EMAILS,
  emails_newcomers: limits.emailsToNewcomers,
};

/** What docs/limits.md calls a budget of sends. */
export function limitNameOf({ name, window }: Pick<SendBudget, 'name' | 'window'>): string {
  const named = NAMES[name];
  return 'name' in named ? named.name : (named[window as 300 | 3600 | 86400] ?? name);
}
