import type { Prices } from '../costs/prices.js';
import type { DeliveryRoutes } from '../messaging/delivery-routes.js';
import type { Clock } from '../platform/clock.js';
import type { ProviderName } from '../providers/message-sender.js';
import { type Channel, channels } from '../texts/channel.js';
import { candidatesOf, keyOf, targetOf } from './candidates.js';
import type { MedianDelayRepository } from './median-delay.repository.js';
import { chooseRoute, type Ranked, type Standing } from './route-choice.js';
import { explain } from './route-explanation.js';
import type { KnownFacts, RouteFactsRepository } from './route-facts.repository.js';
import { ROUTING } from './route-parameters.js';

/** Why the providers of one channel to one country have their order. */
export interface RouteReport {
  readonly channel: Channel;
  /** Null: the route of an email address. */
  readonly country: string | null;
  /** Whether the order is learned (`auto`). */
  readonly learned: boolean;
  /** ISO 4217, of all money below. */
  readonly currency: string;
  /** Whether only codes to numbers of owners count. */
  readonly ownersAlone: boolean;
  /** Seconds in which what is known of a provider fades to a half. */
  readonly halfLifeSeconds: number;
  /** Codes that a provider is judged by at most. */
  readonly mostCodes: number;
  /** In the order in which they get a message. */
  readonly providers: readonly ReportedProvider[];
}

export interface ReportedProvider {
  readonly provider: ProviderName;
  /** Settled: the settings say its place. */
  readonly standing: Standing | 'settled';
  /** The part of the codes that it is first for, from 0 to 1. */
  readonly part: number;
  /** Codes that it was first for, as far as they count today, and those of them that were verified. */
  readonly tries: number;
  readonly verified: number;
  /** Null: no code is known. The true share lies between low and high nine times out of ten. */
  readonly share: { readonly mean: number; readonly low: number; readonly high: number } | null;
  /** Seconds until half of the codes that it carried in the last day were verified; null: none was. */
  readonly medianSeconds: number | null;
  /** One message. */
  readonly price: number;
  /** Null: nothing is known yet. */
  readonly costPerVerified: number | null;
  /** One sentence or two. */
  readonly explanation: string;
}

export interface RouteReportParts {
  readonly facts: Pick<RouteFactsRepository, 'all'>;
  readonly delays: Pick<MedianDelayRepository, 'untilVerified'>;
  readonly routes: DeliveryRoutes;
  readonly prices: Prices;
  readonly clock: Clock;
}

/** Explains the order of providers, as the database knows it now. */
export class RouteReportService {
  readonly #parts: RouteReportParts;

  constructor(parts: RouteReportParts) {
    this.#parts = parts;
  }

  /** The routes to a country, of one channel or of all. Emails have no country, so their route is told for every one. */
  async reports(country: string, only: Channel | null): Promise<readonly RouteReport[]> {
    const { facts, routes } = this.#parts;
    const known = await facts.all();
    const asked = channels
      .filter((channel) => only === null || channel === only)
      .map((channel) => ({ channel, country: channel === 'EMAIL' ? null : country }))
      .filter((target) => routes.providersOf(target).length > 0);
    return Promise.all(asked.map((target) => this.#report(target, known)));
  }

  async #report(target: Pick<RouteReport, 'channel' | 'country'>, known: readonly KnownFacts[]): Promise<RouteReport> {
    const { routes, delays, prices, clock } = this.#parts;
    const now = clock.now();
    const configured = routes.providersOf(target);
    const at = targetOf(target);
    const facts = new Map(known.map((each) => [keyOf(each, each.provider), each.facts]));
    const candidates = candidatesOf(configured, at, { facts, prices, now });
    const { ranking, ownersAlone } = chooseRoute(candidates);
    const learned = routes.isLearned(target);
    const medians = await delays.untilVerified(at, now);
    const ordered = learned
      ? ranking
      : configured.flatMap((name) => ranking.find(({ provider }) => provider === name) ?? []);
    const providers = ordered.map((each, place) => {
      const { long } = candidates.find(({ provider }) => provider === each.provider)?.facts ?? { long: null };
      const counted = { tries: long?.tries ?? 0, verified: long?.verified ?? 0 };
      const medianSeconds = medians.get(each.provider) ?? null;
      return reported(learned ? each : settled(each, place), { ...counted, medianSeconds, first: ordered[0] ?? each });
    });
    const memory = { halfLifeSeconds: ROUTING.long.halfLife, mostCodes: ROUTING.long.size };
    return { ...target, learned, currency: prices.currency, ownersAlone, ...memory, providers };
  }
}

type Placed = Omit<Ranked, 'standing'> & { readonly standing: ReportedProvider['standing'] };

function settled(each: Ranked, place: number): Placed {
  return { ...each, standing: 'settled', part: place === 0 ? 1 : 0 };
}

function reported(
  { provider, standing, part, share, price, costPerVerified }: Placed,
  by: Pick<ReportedProvider, 'tries' | 'verified' | 'medianSeconds'> & { readonly first: Pick<Ranked, 'provider'> },
): ReportedProvider {
  const { tries, verified, medianSeconds, first } = by;
  const seen = tries >= 1;
  return {
    ...{ provider, standing, part, tries, verified, medianSeconds, price },
    share: seen ? { mean: share.mean, low: share.low, high: share.high } : null,
    costPerVerified: seen ? costPerVerified : null,
    explanation: explain({ standing, part, tries }, first.provider),
  };
}
