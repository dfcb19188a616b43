import type { ClientNetworks } from '../platform/client-networks.js';
import { limits } from './limits/limits.js';
import { budget, networkBudgets, type SendBudget, sliced } from './send-budgets.js';
import { partOfEach, type SendLimits, serviceSlices } from './send-limits.js';

/** A code that is about to be sent by email. */
export interface EmailSend {
  /** Stands for the address, in small letters and without its tag (`countedAddress`). */
  readonly address: string;
  readonly domain: string;
  /** The purposes of one address are counted apart: what strangers may ask for is not spent by its owner, or the other way round. */
  readonly purpose: string;
  readonly networks: ClientNetworks;
  /** The account that names an address of its choice; null: the address is given, or a signed-out caller names it. */
  readonly namedBy: string | null;
  /** Whether the service does not know the caller. */
  readonly isNewcomer: boolean;
}

/** The budget of an address, for one purpose. */
export function addressOf(purpose: string, address: string): string {
  return `address:${purpose}:${address}`;
}

/** Emails are counted apart from texts, also those of one network. */
const OWN = 'emails:';

/**
 * Everything that an email with a code spends, in no order. The sizes are those of texts. No domain takes everything, and
 * people who are signed in, or have shown a proof, have a reserve.
 */
export function emailBudgets(send: EmailSend, sizes: SendLimits): SendBudget[] {
  const { address, domain, purpose, networks, namedBy, isNewcomer } = send;
  const all = serviceSlices(sizes);
  const ofAddress = addressOf(purpose, address);
  return [
    budget('address', ofAddress, limits.emailsPerAddressAndHour, sizes.perNumberPerHour),
    budget('address_day', ofAddress, limits.emailsPerAddressAndDay, sizes.perNumberPerDay),
    ...(namedBy === null ? [] : accountBudgets(namedBy, sizes)),
    ...networkBudgets(networks, OWN, sizes),
    ...sliced('domain', `domain:${domain}`, partOfEach(all, limits.emailsPerDomain.size)),
    ...sliced('emails', 'emails', all),
    ...(isNewcomer
      ? sliced('emails_newcomers', 'emails:newcomers', partOfEach(all, limits.emailsToNewcomers.size))
      : []),
  ];
}

/** The budget of addresses that an account names. */
export function accountOf(userId: string): string {
  return `account:${userId}`;
}

/** So no account makes us write to thousands of strangers. */
function accountBudgets(userId: string, sizes: SendLimits): SendBudget[] {
  return [
    budget('account', accountOf(userId), limits.emailsPerAccountAndHour, sizes.perNumberPerHour),
    budget('account_day', accountOf(userId), limits.emailsPerAccountAndDay, sizes.perNumberPerDay),
  ];
}

/** What makes the request of a newcomer suspicious when it has no capacity: counted together with the budget of the same key. */
export function suspiciousEmails({ networks, isNewcomer }: EmailSend, sizes: SendLimits): SendBudget[] {
  if (!isNewcomer) return [];
  const { emailsPerNetworkUnsuspected: limit } = limits;
  const most = Math.ceil(sizes.perNetworkPerHour / limit.size.oneIn);
  return [budget('network', `network:${OWN}${networks[0]}`, limit, most)];
}

/** Mail servers ignore what follows a plus, so all tags of one mailbox have one count. */
export function countedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const [mailbox = ''] = address.slice(0, at).split('+');
  return `${mailbox || address.slice(0, at)}${address.slice(at)}`;
}
