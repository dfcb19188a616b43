import type { ProviderName } from '../providers/message-sender.js';
import { countedOf, type ProviderFacts } from './route-facts.js';
import { ROUTING } from './route-parameters.js';
import { type Counted, type Estimate, estimateOf } from './share-estimate.js';

/** A provider that can be chosen, and what is known of it at this moment. */
export interface Candidate {
  readonly provider: ProviderName;
  /** Faded to this moment. */
  readonly facts: ProviderFacts;
  /** What one message costs by the price list. It counts while the provider has told no prices. */
  readonly listPrice: number;
}

export const standings = ['first', 'rival', 'dear', 'below_floor', 'unknown'] as const;
/**
 * Rival: it may turn out cheaper than the first. Dear: it cannot, even if it delivers as well as it may. Below the floor: it
 * delivers clearly worse than the best. Unknown: too few codes yet.
 */
export type Standing = (typeof standings)[number];

export interface Ranked {
  readonly provider: ProviderName;
  readonly standing: Standing;
  /** The part of the codes that it is first for, from 0 to 1. */
  readonly part: number;
  /** What is believed of the share of codes that are verified. */
  readonly share: Estimate;
  /** What one message costs through it. */
  readonly price: number;
  /** What a code costs for which it is first: all attempts. */
  readonly costPerCode: number;
  readonly costPerVerified: number;
}

export interface RouteChoice {
  /** In the order in which they get a message, where none of them is tried out. */
  readonly ranking: readonly Ranked[];
  /** Whether only codes to numbers of owners count: there are enough of them. */
  readonly ownersAlone: boolean;
}

type Judged = Omit<Ranked, 'standing' | 'part'> & {
  readonly known: boolean;
  /** Codes in its short memory that count, and what they alone speak for; null: too few. */
  readonly latest: number;
  readonly lately: Estimate | null;
};

/**
 * Orders the providers of a route: the cheapest per verified number of those that deliver well enough. A provider that is
 * not known yet is not trusted with the codes of all, however cheap it is.
 * @param candidates in the order of the settings; at least one
 */
export function chooseRoute(candidates: readonly Candidate[]): RouteChoice {
  const known = candidates.filter(({ facts }) => facts.long.tries >= ROUTING.knownFrom);
  const ownersAlone = known.length > 0 && known.every(({ facts }) => facts.long.ownerTries >= ROUTING.ownersFrom);
  const usual = pooledShare(candidates, ownersAlone);
  const judged = candidates.map((candidate) => judge(candidate, { usual, ownersAlone }));
  const best = judged.filter((each) => each.known).reduce<Judged | null>(better, null);
  const isGood = (each: Judged) => each.known && best !== null && !isBelowFloor(each, best);
  const good = judged.filter(isGood).sort((one, other) => one.costPerVerified - other.costPerVerified);
  const unknown = judged.filter((each) => !each.known);
  const poor = judged.filter((each) => each.known && !isGood(each)).sort((a, b) => b.share.mean - a.share.mean);
  const ordered = [...good, ...unknown, ...poor];
  return { ranking: withParts(ordered, new Set(poor)), ownersAlone };
}

/** What became of the codes of all providers together. */
function pooledShare(candidates: readonly Candidate[], ownersAlone: boolean): number {
  const counted = candidates.map(({ facts }) => countedOf(facts.long, ownersAlone));
  const sum = (of: (each: Counted) => number) => counted.reduce((total, each) => total + of(each), 0);
  // One code that is worth half keeps the share off 0 and 1.
  return (sum(({ verified }) => verified) + 0.5) / (sum(({ tries }) => tries) + 1);
}

function judge(
  { provider, facts, listPrice }: Candidate,
  { usual, ownersAlone }: { usual: number; ownersAlone: boolean },
): Judged {
  const { long, short } = facts;
  const share = estimateOf(countedOf(long, ownersAlone), usual);
  const price = toldPriceOf(facts) ?? listPrice;
  // The latest codes tell a new price at once. Of few codes, one that was sent five times would tell too much.
  const costs = short.tries >= ROUTING.changedFrom ? short : long;
  const costPerCode = costs.tries >= 1 ? costs.cost / costs.tries : price;
  return {
    ...{ provider, known: long.tries >= ROUTING.knownFrom, latest: countedOf(short, ownersAlone).tries },
    ...{ share, lately: latelyOf(countedOf(short, ownersAlone), usual) },
    ...{ price, costPerCode, costPerVerified: costPerCode / share.mean },
  };
}

function latelyOf(short: Counted, usual: number): Estimate | null {
  return short.tries < ROUTING.backFrom ? null : estimateOf(short, usual);
}

/** The price that a provider tells; null: it has told too few. */
export function toldPriceOf({ long, short }: ProviderFacts): number | null {
  const told = [short, long].find(({ priced }) => priced >= ROUTING.pricesFrom);
  return told ? told.told / told.priced : null;
}

function better(best: Judged | null, each: Judged): Judged {
  return best === null || each.share.mean > best.share.mean ? each : best;
}

/** A provider that was poor is back once its latest codes do as well as those of the best. */
function isBelowFloor({ share, lately }: Judged, { share: best }: Judged): boolean {
  const isBack = lately !== null && best.mean - lately.mean <= ROUTING.tolerance;
  return isBelow(share, best) && !isBack;
}

/** Two means differ by chance, so a difference counts from the tolerance and its own error on. */
function isBelow(share: Estimate, best: Estimate): boolean {
  const error = Math.hypot(share.error, best.error);
  return best.mean - share.mean > ROUTING.tolerance + ROUTING.certainAfter * error;
}

function withParts(ordered: readonly Judged[], poor: ReadonlySet<Judged>): Ranked[] {
  const [first, ...others] = ordered;
  if (first === undefined) return [];
  const standingOf = (each: Judged): Standing => {
    if (!each.known) return 'unknown';
    if (poor.has(each)) return 'below_floor';
    return isRival(each, first) ? 'rival' : 'dear';
  };
  const wanted = others.map((each) => partOf(each, { first, standing: standingOf(each) }));
  const all = wanted.reduce((sum, part) => sum + part, 0);
  const shrink = Math.min(1, ROUTING.tryAll / Math.max(all, ROUTING.tryAll));
  const tried = others.map((each, index) => ranked(each, standingOf(each), (wanted[index] ?? 0) * shrink));
  return [ranked(first, 'first', 1 - Math.min(all, ROUTING.tryAll)), ...tried];
}

function partOf(each: Judged, { first, standing }: { first: Judged; standing: Standing }): number {
  if (standing === 'unknown') return ROUTING.tryUnknown;
  if (!isRival(each, first)) return ROUTING.tryDear;
  if (standing === 'rival') return ROUTING.tryRival;
  // Each of these tries costs somebody a code. A few an hour tell when it is back.
  return each.latest < ROUTING.poorUntil ? ROUTING.tryPoor : ROUTING.tryDear;
}

/** Whether it would be cheaper than the first, delivered as well as the first, or as it may at best. */
function isRival(each: Judged, first: Judged): boolean {
  const atBest = Math.max(each.share.high, first.share.mean);
  return each.costPerCode / atBest < first.costPerVerified;
}

function ranked({ known: _, latest: __, lately: ___, ...judged }: Judged, standing: Standing, part: number): Ranked {
  return { ...judged, standing, part };
}
