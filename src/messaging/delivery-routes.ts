import type { Channel } from '../texts/channel.js';
import type { Provider } from '../providers/message-sender.js';

/** Who sends by a channel to some countries, or to all others. */
export interface DeliveryRoute {
  readonly channel: Channel;
  /** ISO 3166-1 alpha-2, or `001` for numbers of no country; null: wherever no other route of the channel leads. */
  readonly countries: ReadonlySet<string> | null;
  /** In the order in which they are tried; at least one, none twice. */
  readonly providers: readonly Provider[];
}

/** Where a message may go. */
export interface Way {
  readonly channel: Channel;
  /** Null where nobody knows, as with an email address. */
  readonly country: string | null;
}

/** The routes of a deployment: at most one per channel and country, and one per channel for all others. */
export class DeliveryRoutes {
  readonly #routes: readonly DeliveryRoute[];

  constructor(routes: readonly DeliveryRoute[]) {
    this.#routes = routes;
  }

  /** The providers in the order in which they are tried; none: the channel is not offered there. */
  providersOf({ channel, country }: Way): readonly Provider[] {
    const ofChannel = this.#routes.filter((route) => route.channel === channel);
    const special = ofChannel.find(({ countries }) => country !== null && countries?.has(country));
    return (special ?? ofChannel.find(({ countries }) => countries === null))?.providers ?? [];
  }

  /** Whether any route leads by this channel. */
  offers(channel: Channel): boolean {
    return this.#routes.some((route) => route.channel === channel);
  }

  /** Whether any route leads to a phone: email proves no number. */
  get reachPhones(): boolean {
    return this.#routes.some(({ channel }) => channel !== 'EMAIL');
  }

  get providers(): ReadonlySet<Provider> {
    return new Set(this.#routes.flatMap(({ providers }) => providers));
  }

  /** What a provider is to send by. */
  channelsOf(provider: Provider): ReadonlySet<Channel> {
    const routes = this.#routes.filter(({ providers }) => providers.includes(provider));
    return new Set(routes.map(({ channel }) => channel));
  }
}
