import { type Candidate, chooseRoute } from '../../src/learned-routes/route-choice.js';
import {
  type Counts,
  fadedFacts,
  learn,
  type ProviderFacts,
  unknownFacts,
} from '../../src/learned-routes/route-facts.js';
import { pickFirst } from '../../src/learned-routes/pick-first.js';
import type { ProviderName } from '../../src/providers/message-sender.js';
import type { Chance } from '../random.js';

/** Chooses the order of the providers for each code. */
export interface Router {
  /** The providers in the order in which they get the next code. */
  order(chance: Chance): readonly ProviderName[];
  /** The provider that gets most codes first. */
  readonly first: ProviderName;
  learn(results: ReadonlyMap<ProviderName, Counts>, now: Date): void;
}

export interface RouterParts {
  readonly providers: readonly ProviderName[];
  /** What the price list says; told prices count in its place. */
  readonly listPrice: number;
  readonly start: Date;
}

export type MakeRouter = (parts: RouterParts) => Router;

/** The order of the settings, always. */
export const fixed: MakeRouter = ({ providers }) => ({
  order: () => providers,
  first: providers[0] ?? '',
  learn: () => undefined,
});

/** The rule of the service. */
export const learned: MakeRouter = ({ providers, listPrice, start }) => {
  const facts = factsOf(providers, start);
  const choose = (now: Date) => chooseRoute(candidates(facts, { listPrice, now }));
  let choice = choose(start);
  return {
    order: (chance) => pickFirst(choice.ranking, chance.share()).providers,
    get first() {
      return choice.ranking[0]?.provider ?? '';
    },
    learn(results, now) {
      for (const [provider, counts] of results) facts.set(provider, learn(knownOf(facts, provider), counts, now));
      choice = choose(now);
    },
  };
};

/**
 * Thompson sampling with a memory that fades: each code draws a share for each provider from what is believed of it, and takes
 * the cheapest of those within the tolerance. Not taken for the service (docs/decisions/0069).
 */
export const thompson: MakeRouter = ({ providers, listPrice, start }) => {
  const facts = factsOf(providers, start);
  let known = candidates(facts, { listPrice, now: start });
  const draw = (chance: Chance) => thompsonOrder(known, chance);
  return {
    order: draw,
    get first() {
      return mostOften(known);
    },
    learn(results, now) {
      for (const [provider, counts] of results) facts.set(provider, learn(knownOf(facts, provider), counts, now));
      known = candidates(facts, { listPrice, now });
    },
  };
};

const TOLERANCE = 0.05;

function thompsonOrder(known: readonly Candidate[], chance: Chance): readonly ProviderName[] {
  const drawn = known.map((candidate) => ({ ...believed(candidate), share: drawShare(candidate, chance) }));
  const best = Math.max(...drawn.map(({ share }) => share));
  return [...drawn]
    .sort((one, other) => {
      const floor = Number(one.share < best - TOLERANCE) - Number(other.share < best - TOLERANCE);
      return floor || one.price / one.share - other.price / other.share;
    })
    .map(({ provider }) => provider);
}

function drawShare(candidate: Candidate, chance: Chance): number {
  const { mean, error } = believed(candidate);
  const normal = Math.log(chance.duration(1, 1));
  return Math.min(0.999, Math.max(0.001, mean + error * normal));
}

function believed({ provider, facts: { short, long }, listPrice }: Candidate) {
  const weight = short.tries + 2;
  const mean = (short.verified + 1.5) / weight;
  const costs = short.tries >= 1 ? short : long;
  const price = costs.tries >= 1 ? costs.cost / costs.tries : listPrice;
  return { provider, mean, error: Math.sqrt((mean * (1 - mean)) / weight), price };
}

function mostOften(known: readonly Candidate[]): ProviderName {
  const best = Math.max(...known.map((each) => believed(each).mean));
  const costs = known.map((each) => ({ ...believed(each), name: each.provider }));
  const good = costs.filter(({ mean }) => mean >= best - TOLERANCE);
  return good.sort((one, other) => one.price / one.mean - other.price / other.mean)[0]?.name ?? '';
}

function factsOf(providers: readonly ProviderName[], start: Date): Map<ProviderName, ProviderFacts> {
  return new Map(providers.map((provider) => [provider, unknownFacts(start)]));
}

function knownOf(facts: ReadonlyMap<ProviderName, ProviderFacts>, provider: ProviderName): ProviderFacts {
  const found = facts.get(provider);
  if (!found) throw new Error(`There is no provider ${provider}.`);
  return found;
}

function candidates(
  facts: ReadonlyMap<ProviderName, ProviderFacts>,
  { listPrice, now }: { listPrice: number; now: Date },
): Candidate[] {
  return [...facts].map(([provider, each]) => ({ provider, facts: fadedFacts(each, now), listPrice }));
}
