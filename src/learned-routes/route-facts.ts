import type { ProviderName } from '../providers/message-sender.js';
import type { Channel } from '../texts/channel.js';
import { type Memory, ROUTING } from './route-parameters.js';
import { type Counted, contradicts } from './share-estimate.js';

/** What stands for the country of an email address. */
export const NO_COUNTRY = 'none';

/** The messages that learn from each other: one channel to one country. */
export interface RouteTarget {
  readonly channel: Channel;
  /** ISO 3166-1 alpha-2, 001, or `none` where there is none, as with an email address. */
  readonly country: string;
}

/** Codes for which a provider was chosen first, and what became of them. */
export interface Counts {
  readonly tries: number;
  /** Verified without being asked for once more, whichever provider carried it in the end. */
  readonly verified: number;
  /** Those of them to numbers that verified an account a day ago or earlier. */
  readonly ownerTries: number;
  readonly ownerVerified: number;
  /** Money for all attempts, through any provider, and for sending the code again. */
  readonly cost: number;
  /** Messages whose price this provider told, and that money. */
  readonly priced: number;
  readonly told: number;
}

/** What was counted, as it was at a time. It fades from then on. */
export interface Faded extends Counts {
  readonly at: Date;
}

/** What is known of a provider for one target. */
export interface ProviderFacts {
  readonly long: Faded;
  readonly short: Faded;
}

export const memories = ['long', 'short'] as const;
export type MemoryName = (typeof memories)[number];

export const NOTHING: Counts = {
  tries: 0,
  verified: 0,
  ownerTries: 0,
  ownerVerified: 0,
  cost: 0,
  priced: 0,
  told: 0,
};

/** New results of one provider for one target. */
export interface CodeResults extends RouteTarget, Counts {
  readonly provider: ProviderName;
}

export function unknownFacts(at: Date): ProviderFacts {
  return { long: { ...NOTHING, at }, short: { ...NOTHING, at } };
}

/** What is left of the facts at `now`. A clock that was set back makes nothing fade. */
export function fadedFacts({ long, short }: ProviderFacts, now: Date): ProviderFacts {
  return { long: faded(long, ROUTING.long, now), short: faded(short, ROUTING.short, now) };
}

/**
 * The facts after new results. Where the latest codes contradict the long memory, a provider is not what it was: the long
 * memory begins again with the short one.
 */
export function learn(facts: ProviderFacts, results: Counts, now: Date): ProviderFacts {
  const before = fadedFacts(facts, now);
  const long = added(before.long, results, ROUTING.long);
  const short = added(before.short, results, ROUTING.short);
  const ownersAlone = long.ownerTries >= ROUTING.ownersFrom;
  const changed = contradicts(countedOf(short, ownersAlone), countedOf(long, ownersAlone));
  return { long: changed ? short : long, short };
}

/** The codes that count: all, or those to numbers of owners alone. */
export function countedOf(counts: Counts, ownersAlone: boolean): Counted {
  return ownersAlone
    ? { tries: counts.ownerTries, verified: counts.ownerVerified }
    : { tries: counts.tries, verified: counts.verified };
}

function faded(counts: Faded, { halfLife }: Memory, now: Date): Faded {
  const age = Math.max(0, now.getTime() - counts.at.getTime()) / 1000;
  return { ...scaled(counts, 2 ** (-age / halfLife)), at: now };
}

/**
 * Each new code makes the memory forget one part in `size`: the codes before it, and those that came with it, too. Codes of
 * owners are pushed out by codes of owners alone. Otherwise many other codes would, and would then be believed in their place.
 */
function added(counts: Faded, results: Counts, { size, ownerSize }: Memory): Faded {
  const all = weights(results.tries, size);
  const owners = weights(results.ownerTries, ownerSize);
  const before = { ...scaled(counts, all.left), ...owned(scaled(counts, owners.left)) };
  const after = { ...scaled(results, all.worth), ...owned(scaled(results, owners.worth)) };
  return { ...sum(before, after), at: counts.at };
}

function weights(tries: number, size: number): { readonly left: number; readonly worth: number } {
  const left = Math.exp(-tries / size);
  return { left, worth: tries > 0 ? (size * (1 - left)) / tries : 1 };
}

function owned({ ownerTries, ownerVerified }: Counts): Pick<Counts, 'ownerTries' | 'ownerVerified'> {
  return { ownerTries, ownerVerified };
}

function scaled(counts: Counts, by: number): Counts {
  return {
    tries: counts.tries * by,
    verified: counts.verified * by,
    ownerTries: counts.ownerTries * by,
    ownerVerified: counts.ownerVerified * by,
    cost: counts.cost * by,
    priced: counts.priced * by,
    told: counts.told * by,
  };
}

function sum(one: Counts, other: Counts): Counts {
  return {
    tries: one.tries + other.tries,
    verified: one.verified + other.verified,
    ownerTries: one.ownerTries + other.ownerTries,
    ownerVerified: one.ownerVerified + other.ownerVerified,
    cost: one.cost + other.cost,
    priced: one.priced + other.priced,
    told: one.told + other.told,
  };
}
