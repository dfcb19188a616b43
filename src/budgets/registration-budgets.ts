import type { ClientNetworks } from '../platform/client-networks.js';
import { limits } from './limits/limits.js';
import type { Spending } from './rate-budget.js';

/** The sizes of the limits on registrations without a code. */
export interface RegistrationLimits {
  readonly perNetworkPerHour: number;
  readonly perDay: number;
}

/** A budget that a registration without a code spends from. Operators see its name, callers do not. */
export interface RegistrationBudget extends Spending {
  readonly name: 'network' | 'wide_network' | 'all';
  /** More than so many make the next one suspicious. */
  readonly unsuspected: number;
}

/**
 * What a registration without a code spends: of each of the client's networks, and of the service. A wide network gets a
 * tenth or a quarter of what the service gives out in five minutes, so that one of them cannot take all of it.
 */
export function registrationBudgets(networks: ClientNetworks, sizes: RegistrationLimits): RegistrationBudget[] {
  const { registrationsPerNetwork: narrow, registrationsPerWideNetwork: wide } = limits;
  const { registrationsPerWidestNetwork: widest, registrationsUnsuspected: unsuspected } = limits;
  const share = ({ size }: { size: { oneIn: number } }) => Math.ceil(sizes.perDay / size.oneIn);
  const [first, ...others] = networks;
  const ofNarrow = budget('network', `network:${first}`, { ...narrow, max: sizes.perNetworkPerHour });
  const ofWide = others.map((network, index) => {
    const limit = index === others.length - 1 ? widest : wide;
    return budget('wide_network', `wide-network:${network}`, { ...limit, max: share(limit) });
  });
  const few = Math.min(unsuspected.size.fixed, ofNarrow.max);
  return [{ ...ofNarrow, unsuspected: few }, ...ofWide, ...registrationBudgetsOfAll(sizes)];
}

/** What all registrations without a code spend. */
export function registrationBudgetsOfAll({ perDay }: Pick<RegistrationLimits, 'perDay'>): RegistrationBudget[] {
  const slices = [limits.registrationsInFiveMinutes, limits.registrationsInHour].map((slice) =>
    budget('all', 'all', { ...slice, max: Math.ceil(perDay / slice.size.oneIn) }),
  );
  return [...slices, budget('all', 'all', { ...limits.registrationsPerDay, max: perDay })];
}

function budget(
  name: RegistrationBudget['name'],
  subject: string,
  { window, max }: { window: number; max: number },
): RegistrationBudget {
  return { name, key: `registrations:${subject}:${window}`, window, max, unsuspected: Math.ceil(max / 2) };
}
