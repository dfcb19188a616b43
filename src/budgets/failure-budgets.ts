import type { ClientNetworks } from '../platform/client-networks.js';
import { limits } from './limits/limits.js';
import { SLOTS, slotLength } from './rate-budget.js';

/** Limits on wrong guesses by clients that no account knows, at all codes and passwords together (docs/decisions/0032). */
export interface FailureLimits {
  /** By one client network (IPv4 /24, IPv6 /56). Larger networks have a multiple of it. */
  readonly perNetworkPerHour: number;
  /** By all clients together. */
  readonly perHour: number;
}

/** A client whose guesses are watched. */
export interface Suspect {
  readonly networks: ClientNetworks;
  /** Whether it has just passed a CAPTCHA. */
  readonly suspicionCleared: boolean;
}

/** How many failures are too many, for one of the client's networks or for all clients. */
export interface FailureBudget {
  readonly key: string;
  readonly max: number;
  /** The same for a client in a clean network; null: the budget does not hold for it. */
  readonly cleanMax: number | null;
}

/** Failures of a budget by slot, as the database counted them. */
export type FailureSlots = Readonly<Record<string, number>>;

/** Seconds. An hour's limit is given out in twelfths: who spends all there is stops the others for five minutes, not for an hour. */
export const FAILURE_WINDOW = limits.failures.window;

/** A network with fewer failures than this in the window is clean: it keeps a few guesses whatever others do. */
export const CLEAN_BELOW = limits.failuresOfCleanNetwork.size.fixed;

/**
 * Clients that passed a CAPTCHA have so many times as much capacity: people get through an attack on all clients, and an
 * attacker who has CAPTCHAs solved for money does not get through with a million guesses.
 */
const CLEARED = limits.failuresCleared.size.fixed;

/** Larger networks than the first: how many times as much as the first. The last one is an IPv4 /16 or an IPv6 /32. */
const WIDER = limits.failuresPerWiderNetwork.size.fixed;
const WIDEST = limits.failuresPerWidestNetwork.size.fixed;

/**
 * The budgets that a guess is judged by, the one of its own network first. A clean network is not judged by what all clients
 * did. In a larger network it has as much capacity as after a CAPTCHA, so that who rents a /32, with its 16 million /56
 * networks, does not have endless guesses.
 */
export function failureBudgets(
  { networks, suspicionCleared }: Suspect,
  { perNetworkPerHour, perHour }: FailureLimits,
): FailureBudget[] {
  const times = suspicionCleared ? CLEARED : 1;
  const perNetwork = Math.ceil(perNetworkPerHour / limits.failuresPerNetwork.size.oneIn);
  const byNetwork = networks.map((network, level) => {
    const max = perNetwork * shareOf(level, networks.length);
    return { key: `network:${network}`, max: max * times, cleanMax: level === 0 ? max * times : max * CLEARED };
  });
  return [...byNetwork, { key: ALL, max: failuresOfAll(perHour) * times, cleanMax: null }];
}

/** The key of the failures of all clients. */
export const ALL = 'all';

/** How many failures of all clients are too many. */
export function failuresOfAll(perHour: number): number {
  return Math.ceil(perHour / limits.failures.size.oneIn);
}

function shareOf(level: number, levels: number): number {
  if (level === 0) return 1;
  return level === levels - 1 ? WIDEST : WIDER;
}

/** When a budget without capacity has some again, if no proof fails until then. */
export function capacityAgainAt({ max, slots }: { max: number; slots: FailureSlots }): Date {
  const counted = Object.entries(slots)
    .map(([slot, failures]) => ({ slot: Number(slot), failures }))
    .sort((one, other) => one.slot - other.slot);
  let left = counted.reduce((sum, { failures }) => sum + failures, 0);
  const gives = counted.find(({ failures }) => {
    left -= failures;
    return left < max;
  });
  return new Date(((gives?.slot ?? 0) + SLOTS) * slotLength(FAILURE_WINDOW) * 1000);
}
