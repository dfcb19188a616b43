import type { ProviderName } from '../providers/message-sender.js';
import type { Channel } from '../texts/channel.js';

/** The providers that send by a channel, to some countries or to all others. */
export interface DeliveryRoute {
  readonly channel: Channel;
  /** ISO 3166-1 alpha-2, or `001` for numbers of no country; null: all countries without a route of their own. */
  readonly countries: ReadonlySet<string> | null;
  /** In the order in which they are tried; at least one, none twice. */
  readonly providers: readonly ProviderName[];
  /** Whether the order is learned (`auto`). Absent: the order is the one above. */
  readonly learned?: boolean;
}

/** Where a message goes, as far as its route depends on it. */
export interface DeliveryTarget {
  readonly channel: Channel;
  /** Null where it is not known, as with an email address. */
  readonly country: string | null;
}

/** All routes: at most one per channel and country, and one per channel for all other countries. */
export class DeliveryRoutes {
  readonly #routes: readonly DeliveryRoute[];

  constructor(routes: readonly DeliveryRoute[]) {
    this.#routes = routes;
  }

  /** The providers in the order in which they are tried; none: the channel is not offered there. */
  providersOf(target: DeliveryTarget): readonly ProviderName[] {
    return this.#routeOf(target)?.providers ?? [];
  }

  /** Whether the order there is learned. */
  isLearned(target: DeliveryTarget): boolean {
    return this.#routeOf(target)?.learned ?? false;
  }

  /** Whether the order of any route is learned. */
  get anyLearned(): boolean {
    return this.#routes.some(({ learned }) => learned);
  }

  /** Whether the channel has a route to any country. */
  offers(channel: Channel): boolean {
    return this.#routes.some((route) => route.channel === channel);
  }

  /** Whether any route leads to a phone: an email verifies no number. */
  get reachPhones(): boolean {
    return this.#routes.some(({ channel }) => channel !== 'EMAIL');
  }

  get providers(): ReadonlySet<ProviderName> {
    return new Set(this.#routes.flatMap(({ providers }) => providers));
  }

  /** The channels by which routes lead to a provider. */
  channelsOf(provider: ProviderName): ReadonlySet<Channel> {
    const routes = this.#routes.filter(({ providers }) => providers.includes(provider));
    return new Set(routes.map(({ channel }) => channel));
  }

  #routeOf({ channel, country }: DeliveryTarget): DeliveryRoute | undefined {
    const ofChannel = this.#routes.filter((route) => route.channel === channel);
    const special = ofChannel.find(({ countries }) => country !== null && countries?.has(country));
    return special ?? ofChannel.find(({ countries }) => countries === null);
  }
}
