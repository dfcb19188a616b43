import type { ClientNetworks } from '../platform/client-networks.js';
import { limits } from './limits.js';
import type { Spending } from './rate-budget.js';

/** The sizes of the money budget (docs/decisions/0015). */
export interface SendLimits {
  readonly perNumberPerHour: number;
  readonly perNumberPerDay: number;
  readonly perNetworkPerHour: number;
  readonly perCountryPerHour: number;
  readonly perDay: number;
}

/** A budget that a send spends from; `name` is for operators, callers are not told. */
export interface SendBudget extends Spending {
  readonly name: 'number' | 'number_day' | 'network' | 'narrow_range' | 'wide_range' | 'country' | 'all';
  /** Whether it is spent by asking alone, even where the code is withheld (docs/decisions/0021). */
  readonly personal: boolean;
}

/** A code that is about to be sent. */
export interface Send {
  /** E.164. */
  readonly phoneNumber: string;
  /** Whose budget of a number it spends (`numberOf`). */
  readonly subject: string;
  /** ISO 3166-1 alpha-2; null for test numbers: they cost nothing, so they spend only their own. */
  readonly country: string | null;
  readonly networks: ClientNetworks;
}

/** The budget of a number: all clients spend it that ask for a code to the number. */
export function numberOf(phoneNumber: string): string {
  return `number:${phoneNumber}`;
}

/** What makes a request suspicious when it has no capacity: counted together with the budget of the same key. */
export function suspiciousSends({ country, networks }: Send, sizes: SendLimits): SendBudget[] {
  const { sendsPerNetworkUnsuspected: unsuspected } = limits;
  const max = Math.ceil(sizes.perNetworkPerHour / unsuspected.size.oneIn);
  return country === null ? [] : [budget('network', `network:${networks[0]}`, unsuspected, max)];
}

/**
 * What a send spends that a device asked for which the number's account knows: strangers who use the number's budget up
 * do not keep its owner out. All devices of an account spend from one budget, unlike their guesses: they cost money, and
 * people who earn from texts can sign in as ten devices.
 */
export function deviceSendBudgets(send: Send, sizes: SendLimits, userId: string): SendBudget[] {
  return sendBudgets({ ...send, subject: 'devices' }, sizes).map((spending) => {
    const ofNumber = spending.name === 'number' || spending.name === 'number_day';
    return ofNumber ? { ...spending, key: `${spending.key}:${userId}` } : spending;
  });
}

/** Everything that a send spends, in no order. */
export function sendBudgets(send: Send, sizes: SendLimits): SendBudget[] {
  const { subject, country, networks } = send;
  const number = [
    budget('number', subject, limits.sendsPerNumberAndHour, sizes.perNumberPerHour),
    budget('number_day', subject, limits.sendsPerNumberAndDay, sizes.perNumberPerDay),
  ];
  if (country === null) return number;
  const range = (digits: number) => `range:${send.phoneNumber.slice(0, 1 + digits)}`;
  const { sendsPerNarrowRange: narrow, sendsPerWideRange: wide } = limits;
  const share = ({ size }: { size: { oneIn: number } }) => Math.ceil(sizes.perCountryPerHour / size.oneIn);
  return [
    ...number,
    budget('network', `network:${networks[0]}`, limits.sendsPerNetwork, sizes.perNetworkPerHour),
    budget('narrow_range', range(8), narrow, share(narrow)),
    budget('wide_range', range(6), wide, share(wide)),
    budget('country', `country:${country}`, limits.sendsPerCountry, sizes.perCountryPerHour),
    budget('all', 'all', limits.sendsPerDay, sizes.perDay),
  ];
}

function budget(name: SendBudget['name'], subject: string, { window }: { window: number }, max: number): SendBudget {
  const personal = name === 'number' || name === 'number_day' || name === 'network';
  return { name, key: `sends:${subject}:${window}`, window, max, personal };
}
