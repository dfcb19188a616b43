import type { ClientNetworks } from '../platform/client-networks.js';
import { firstDigits } from '../platform/first-digits.js';
import type { SubjectHash } from '../platform/subject-hash.js';
import { limits } from './limits/limits.js';
import type { Spending } from './rate-budget.js';
import {
  countrySlices,
  moneySlices,
  partOfEach,
  type SendLimits,
  type Slices,
  serviceSlices,
  slices,
} from './send-limits.js';

/** A budget that a send spends from; `name` is for operators, callers are not told. */
export interface SendBudget extends Spending {
  readonly name: SendBudgetName;
  /** What the send spends of it. */
  readonly units: number;
  /** Whether it is spent by asking alone, even where the code is withheld (docs/decisions/0021). */
  readonly personal: boolean;
  /** Whether it is spent from parts that this process takes (budget-leases.ts), and not at its row. */
  readonly leased?: boolean;
}

export type SendBudgetName =
  | 'number'
  | 'number_day'
  | 'network'
  | 'wide_network'
  | 'narrow_range'
  | 'wide_range'
  | 'country'
  | 'country_newcomers'
  | 'all'
  | 'all_newcomers'
  | 'money'
  | 'money_newcomers'
  | 'notices'
  | 'notices_of_signs'
  | 'address'
  | 'address_day'
  | 'account'
  | 'account_day'
  | 'domain'
  | 'emails'
  | 'emails_newcomers';

/** A code that is about to be sent. */
export interface Send {
  /** E.164. */
  readonly phoneNumber: string;
  /** The number as its own budgets name it. */
  readonly hashed: SubjectHash;
  /** ISO 3166-1 alpha-2; null for test numbers: they cost nothing, so they spend only their own. */
  readonly country: string | null;
  readonly networks: ClientNetworks;
  /** What it counts as in the budgets of countries and of the service. */
  readonly units: number;
  /** What it costs, in units of the money budgets (`moneyUnits`). */
  readonly money: number;
  /** The account that knows the device that asks; null: a newcomer, whoever has the number. */
  readonly deviceOf: string | null;
}

const NEWCOMERS = limits.sendsToNewcomers.size;

/** The budget of a number: all clients spend it that ask for a code to the number. */
export function numberOf(hashed: SubjectHash): string {
  return `number:${hashed}`;
}

/** The budget of an account's known devices. */
export function devicesOf(userId: string): string {
  return `devices:${userId}`;
}

/**
 * What makes a newcomer's request suspicious when it has no capacity: counted together with the budget of the same key. A
 * network asks a lot, or newcomers everywhere do.
 */
export function suspiciousSends({ country, networks }: Send, sizes: SendLimits): SendBudget[] {
  if (country === null) return [];
  const { sendsPerNetworkUnsuspected: network, sendsUnsuspected: all } = limits;
  const most = partOfEach(serviceSlices(sizes), NEWCOMERS)[300];
  return [
    budget('network', `network:${networks[0]}`, network, Math.ceil(sizes.perNetworkPerHour / network.size.oneIn)),
    budget('all_newcomers', 'all:newcomers', all, Math.ceil((most * all.size.times) / all.size.oneIn)),
  ];
}

/**
 * Everything that a send spends, in no order. A known device has budgets of its own beside those of newcomers: of the
 * number, of networks and of ranges. All devices of an account spend from one, unlike their guesses: texts cost money, and
 * people who earn from them can sign in as ten devices. Of country and service, newcomers get four fifths at most. The rest
 * is the reserve of known devices.
 */
export function sendBudgets(send: Send, sizes: SendLimits): SendBudget[] {
  const { country, deviceOf } = send;
  const number = numberBudgets(send, sizes);
  if (country === null) return number;
  const all = serviceSlices(sizes);
  const ofCountry = countrySlices(sizes);
  const total = [...sliced('country', `country:${country}`, ofCountry), ...sliced('all', 'all', all)];
  const newcomers = () => [
    ...sliced('country_newcomers', `country:${country}:newcomers`, partOfEach(ofCountry, NEWCOMERS)),
    ...sliced('all_newcomers', 'all:newcomers', partOfEach(all, NEWCOMERS)),
  ];
  const weighed = deviceOf === null ? [...total, ...newcomers()] : total;
  return [
    ...number,
    ...networkBudgets(send.networks, group(deviceOf), sizes),
    ...rangeBudgets(send, sizes),
    // A call that counts as more than a small budget has takes all of it.
    ...weighed.map((budget) => withUnits(budget, Math.min(send.units, budget.max))),
    ...moneyBudgets(send, sizes),
  ];
}

/** A notice to the owner of an account. */
export interface NoticeSend {
  readonly way: 'text' | 'email';
  /** Whether anybody can cause it who knows a password or guesses: a new device, a lock. The others follow a fresh proof. */
  readonly sign: boolean;
  /** What it costs, in units of the money budgets. */
  readonly money: number;
}

/** What a notice spends: budgets of its own, so that it takes no code from anybody, and of the day's money. */
export function noticeBudgets({ way, sign, money }: NoticeSend, sizes: SendLimits): SendBudget[] {
  const all = serviceSlices(sizes);
  const { notices, noticesOfSigns } = limits;
  const signs = () => sliced('notices_of_signs', `notices:${way}:signs`, partOfEach(all, noticesOfSigns.size));
  return [
    ...sliced('notices', `notices:${way}`, partOfEach(all, notices.size)),
    ...(sign ? signs() : []),
    ...moneyBudgets({ money, deviceOf: OWNER }, sizes),
  ];
}

/** Notices go to people who have an account, so they may spend the reserve of known devices. */
const OWNER = 'owner';

/** None without SPEND_PER_DAY, and none for what costs nothing. */
function moneyBudgets({ money, deviceOf }: Pick<Send, 'money' | 'deviceOf'>, sizes: SendLimits): SendBudget[] {
  const each = moneySlices(sizes);
  if (each === null || money === 0) return [];
  const newcomers = () => sliced('money_newcomers', 'money:newcomers', partOfEach(each, NEWCOMERS));
  const budgets = [...sliced('money', 'money', each), ...(deviceOf === null ? newcomers() : [])];
  return budgets.map((budget) => withUnits(budget, money));
}

function numberBudgets({ hashed, deviceOf }: Send, sizes: SendLimits): SendBudget[] {
  const subject = deviceOf === null ? numberOf(hashed) : devicesOf(deviceOf);
  return [
    budget('number', subject, limits.sendsPerNumberAndHour, sizes.perNumberPerHour),
    budget('number_day', subject, limits.sendsPerNumberAndDay, sizes.perNumberPerDay),
  ];
}

/** @param own begins the names of those who are counted apart */
export function networkBudgets([narrowest, ...wider]: ClientNetworks, own: string, sizes: SendLimits): SendBudget[] {
  return [
    budget('network', `network:${own}${narrowest}`, limits.sendsPerNetwork, sizes.perNetworkPerHour),
    ...wider.flatMap((network) => {
      const { size } = network.endsWith('/48') ? limits.sendsPerWideNetwork : limits.sendsPerWidestNetwork;
      const part = partOfEach(serviceSlices(sizes), { times: 1, oneIn: size.oneIn });
      return sliced('wide_network', `wide-network:${own}${network}`, part);
    }),
  ];
}

function rangeBudgets({ phoneNumber, deviceOf }: Send, sizes: SendLimits): SendBudget[] {
  const range = (digits: number) => `range:${group(deviceOf)}${firstDigits(phoneNumber, digits)}`;
  const { sendsPerNarrowRange: narrow, sendsPerWideRange: wide } = limits;
  const share = ({ size }: { size: { oneIn: number } }) => Math.ceil(sizes.perCountryPerHour / size.oneIn);
  return [budget('narrow_range', range(8), narrow, share(narrow)), budget('wide_range', range(6), wide, share(wide))];
}

/** Known devices are counted apart from newcomers. */
function group(deviceOf: string | null): string {
  return deviceOf === null ? '' : 'devices:';
}

/** One budget for each slice. */
export function sliced(name: SendBudgetName, subject: string, sizes: Slices): SendBudget[] {
  return slices.map((window) => budget(name, subject, { window }, sizes[window]));
}

/** Budgets of one number, one address or one account. */
const OF_PERSON: ReadonlySet<SendBudgetName> = new Set([
  'number',
  'number_day',
  'address',
  'address_day',
  'account',
  'account_day',
]);

export function isOfPerson(name: SendBudgetName): boolean {
  return OF_PERSON.has(name);
}

export function budget(name: SendBudgetName, subject: string, { window }: { window: number }, max: number): SendBudget {
  const personal = isOfPerson(name) || name === 'network';
  return { name, key: keyOf(subject, window), window, max, units: 1, personal };
}

/** Field by field: with `{ ...budget, units }` and the like, the budgets of a send took 33 µs instead of 7. */
function withUnits({ name, key, window, max, personal }: SendBudget, units: number): SendBudget {
  return { name, key, window, max, units, personal };
}

/** The same budget, spent from parts that this process takes or at its row. */
export function withLease({ name, key, window, max, units, personal }: SendBudget, leased: boolean): SendBudget {
  return { name, key, window, max, units, personal, leased };
}

export function keyOf(subject: string, window: number): string {
  return `sends:${subject}:${window}`;
}
