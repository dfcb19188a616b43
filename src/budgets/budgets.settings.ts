import { checked, number, type SettingValues, setting, wholeNumber } from '../platform/setting.js';
import type { RegistrationLimits } from './registration-budgets.js';
import type { Money, SendSettings } from './send-limits.js';

const DAY = 86_400;
const MANY = 1_000_000_000;
const sizeOrUnset = wholeNumber(1, MANY)
  .optional()
  .transform((value) => value ?? null);

const MONEY = /^(\d{1,6}(?:\.\d{1,2})?) ?([A-Z]{3})$/;
/** 100,000 units of the currency in ten-thousandths fit into an integer of PostgreSQL. */
const MOST_MONEY = 100_000;

function readMoney(text: string): Money | null {
  const [, amount, currency] = MONEY.exec(text) ?? [];
  const money = amount !== undefined && currency !== undefined ? { amount: Number(amount), currency } : null;
  return money && money.amount >= 1 && money.amount <= MOST_MONEY ? money : null;
}

export const budgetSettings = {
  OTP_FAILURES_PER_DAY: setting(number(20, 2, 100), '20', 'Wrong guesses at one number in any 24 hours.'),
  LOCK_AFTER_FAILURES: setting(number(6, 2, 100), '6', 'Wrong guesses within an hour that lock a number.'),
  LOCK_DURATION: setting(number(900, 1, DAY), '900', 'First lock; each further one is twice as long, up to a day.'),
  OTP_SENDS_PER_HOUR: setting(number(5, 1, 1000), '5', 'Codes sent to one number in any hour (docs/limits.md).'),
  OTP_SENDS_PER_DAY: setting(number(10, 1, 1000), '10', 'Codes sent to one number in any 24 hours.'),
  SENDS_PER_NETWORK_PER_HOUR: setting(
    number(100, 1, MANY),
    '100',
    'Codes sent for one client network (IPv4 /24, IPv6 /56) in any hour. Mobile operators put many people behind one.',
  ),
  SENDS_PER_COUNTRY_PER_HOUR: setting(
    sizeOrUnset,
    '(a tenth of SENDS_PER_DAY)',
    'Codes sent to one country in any hour; a sixth of them in 5 minutes, 9 times as many in a day; a quarter to numbers with the same first 6 digits, a tenth with the same 8.',
  ),
  SENDS_PER_DAY: setting(
    sizeOrUnset,
    '(4 times the codes verified on the busiest day of the last four weeks, at least 10000)',
    'Codes sent in any 24 hours, in all: the most a day can cost. An eighth of them in an hour, a 48th in 5 minutes, four fifths for newcomers (docs/sending-limits.md).',
  ),
  SPEND_PER_DAY: setting(
    checked((text) => readMoney(text) !== null, 'must be an amount from 1 to 100000 and a currency, e.g. 50 USD'),
    '(no limit)',
    'What messages may cost in any 24 hours, e.g. 50 USD, in the currency of the prices (docs/costs.md). Given out like SENDS_PER_DAY.',
  ),
  FAILURES_PER_NETWORK_PER_HOUR: setting(
    number(240, 12, 10_000_000),
    '240',
    'Wrong guesses from one client network (IPv4 /24, IPv6 /56) by devices that no account knows; a twelfth in 5 minutes. Twice as many from an IPv6 /48, three times from an IPv6 /32 or IPv4 /16.',
  ),
  FAILURES_PER_HOUR: setting(
    number(1200, 12, 10_000_000),
    '1200',
    'Wrong guesses from everywhere by devices that no account knows. Set it to a tenth of the sign-ins of your busiest hour, and above the number of honest mistakes.',
  ),
  HTTP_RATE_LIMIT: setting(
    number(1500, 1, 100_000_000),
    '1500',
    'Requests to /graphql per client network (IPv4 /24, IPv6 /56), minute and process; 4 times as many per IPv6 /48, 16 times as many per IPv4 /16 or IPv6 /32.',
  ),
  REGISTRATIONS_PER_NETWORK_PER_HOUR: setting(
    number(100, 1, MANY),
    '100',
    'Registrations without a code from one client network (IPv4 /24, IPv6 /56) in any hour.',
  ),
  REGISTRATIONS_PER_DAY: setting(
    number(10_000, 1, MANY),
    '10000',
    'Registrations without a code in any 24 hours, in all; an eighth in an hour, a 48th in 5 minutes.',
  ),
  FIELD_RATE_LIMIT: setting(
    number(300, 1, 1_000_000),
    '300',
    'Calls of one field per minute and process: of each session and each service token; of all others, of their network (IPv4 /24, IPv6 /56). All sessions of one network together have ten times as many.',
  ),
} as const;

export interface BudgetConfig {
  readonly guesses: { readonly perDay: number; readonly lockAfter: number; readonly lockDuration: number };
  readonly sends: SendSettings;
  readonly failures: { readonly perNetworkPerHour: number; readonly perHour: number };
  readonly registrations: RegistrationLimits;
  readonly fieldRateLimit: number;
  readonly httpRateLimit: number;
}

export function readBudgets(values: SettingValues<typeof budgetSettings>): BudgetConfig {
  return {
    guesses: {
      perDay: values.OTP_FAILURES_PER_DAY,
      lockAfter: values.LOCK_AFTER_FAILURES,
      lockDuration: values.LOCK_DURATION,
    },
    sends: {
      perNumberPerHour: values.OTP_SENDS_PER_HOUR,
      perNumberPerDay: values.OTP_SENDS_PER_DAY,
      perNetworkPerHour: values.SENDS_PER_NETWORK_PER_HOUR,
      perCountryPerHour: values.SENDS_PER_COUNTRY_PER_HOUR,
      perDay: values.SENDS_PER_DAY,
      spendPerDay: readMoney(values.SPEND_PER_DAY ?? ''),
    },
    failures: { perNetworkPerHour: values.FAILURES_PER_NETWORK_PER_HOUR, perHour: values.FAILURES_PER_HOUR },
    registrations: {
      perNetworkPerHour: values.REGISTRATIONS_PER_NETWORK_PER_HOUR,
      perDay: values.REGISTRATIONS_PER_DAY,
    },
    fieldRateLimit: values.FIELD_RATE_LIMIT,
    httpRateLimit: values.HTTP_RATE_LIMIT,
  };
}
