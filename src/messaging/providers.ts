import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { DeliveryRoutes, Way } from './delivery-routes.js';
import {
  type AcceptedOutcome,
  type MessageSender,
  MOST_UNDER_WAY,
  type OutgoingMessage,
  type Provider,
  type SendOutcome,
} from '../providers/message-sender.js';
import { type Leave, ProviderBreaker } from './provider-breaker.js';

/** Who would send a message now. */
export type Plan =
  | { readonly kind: 'planned'; readonly provider: Provider }
  /** None of its route takes anything at the moment. */
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds: number }
  /** No route leads there; by this channel perhaps none anywhere. */
  | { readonly kind: 'not_offered'; readonly anywhere: boolean };

/** Leave to hand one message to one provider. */
export interface Admission {
  readonly provider: Provider;
  readonly leave: Leave;
}

/** The providers with their breakers: who may be given a message, and what they say. */
export class Providers {
  readonly #routes: DeliveryRoutes;
  readonly #senders: ReadonlyMap<Provider, MessageSender>;
  readonly #breakers: ReadonlyMap<Provider, ProviderBreaker>;
  /** Messages that each has in hand. */
  readonly #busy = new Map<Provider, number>();

  constructor(parts: {
    routes: DeliveryRoutes;
    /** One for each provider that a route leads to. */
    senders: ReadonlyMap<Provider, MessageSender>;
    clock: Clock;
    logger: Logger;
    metrics: Metrics;
  }) {
    const { clock, logger, metrics } = parts;
    this.#routes = parts.routes;
    this.#senders = parts.senders;
    this.#breakers = new Map(
      [...parts.senders.keys()].map((provider) => [
        provider,
        new ProviderBreaker({
          clock,
          onChange: (state) => {
            metrics.count('breaker_changes_total', { provider, state });
            logger.warn({ provider, state }, 'breaker of a provider changed');
          },
        }),
      ]),
    );
  }

  /** The providers of a way, in order. */
  routeOf(way: Way): readonly Provider[] {
    return this.#routes.providersOf(way);
  }

  plan(way: Way): Plan {
    const route = this.routeOf(way);
    const provider = route.find((each) => this.takes(each));
    if (provider) return { kind: 'planned', provider };
    if (route.length === 0) return { kind: 'not_offered', anywhere: this.#routes.offers(way.channel) };
    return { kind: 'unavailable', retryAfterSeconds: this.waitFor(route) };
  }

  /** Whether its breaker lets messages pass. */
  takes(provider: Provider): boolean {
    return this.#breaker(provider).room(1) > 0;
  }

  /** How many messages may set out now, whatever their ways. */
  get room(): number {
    return Math.max(0, ...[...this.#breakers].map(([provider, breaker]) => breaker.room(this.#places(provider))));
  }

  /**
   * Lets one message pass to the first of `candidates` that takes messages; null: none does, or that one has its hands
   * full. Being slow is no reason to pass a provider by: the next one may cost more.
   */
  admit(candidates: readonly Provider[], phoneNumber: string): Admission | null {
    const provider = candidates.find((each) => this.takes(each));
    if (!provider || this.#places(provider) === 0) return null;
    const leave = this.#breaker(provider).admit(phoneNumber);
    if (!leave) return null;
    this.#keepBusy(provider, 1);
    return {
      provider,
      leave: (outcome) => {
        this.#keepBusy(provider, -1);
        leave(outcome);
      },
    };
  }

  /** Seconds until one of them may take a message again. */
  waitFor(providers: readonly Provider[]): number {
    return Math.min(...providers.map((provider) => this.#breaker(provider).retryAfterSeconds ?? 0));
  }

  /** Senders promise not to throw. Should one do so, its error is not logged: it may hold the text. */
  async hand({ provider, leave }: Admission, message: OutgoingMessage): Promise<SendOutcome> {
    let outcome: SendOutcome;
    try {
      outcome = await this.#sender(provider).send(message);
    } catch {
      outcome = { kind: 'failed', reason: 'provider_unavailable', providerCode: 'THROWN' };
    }
    leave(outcome);
    return outcome;
  }

  /** What a provider has of a message that it may have taken; null: nothing, or it does not tell. */
  async findEarlier(provider: Provider, message: OutgoingMessage): Promise<AcceptedOutcome | null> {
    const { earlier } = message;
    if (!earlier) return null;
    return (
      this.#senders
        .get(provider)
        ?.findEarlier?.({ ...message, earlier })
        .catch(() => null) ?? null
    );
  }

  /** Whether a provider can be asked what a message cost. */
  tellsPrices(provider: Provider): boolean {
    return this.#senders.get(provider)?.priceOf !== undefined;
  }

  priceOf(provider: Provider, message: Parameters<NonNullable<MessageSender['priceOf']>>[0]) {
    return (
      this.#senders
        .get(provider)
        ?.priceOf?.(message)
        .catch(() => null) ?? Promise.resolve(null)
    );
  }

  #places(provider: Provider): number {
    return MOST_UNDER_WAY - (this.#busy.get(provider) ?? 0);
  }

  #keepBusy(provider: Provider, more: 1 | -1): void {
    this.#busy.set(provider, (this.#busy.get(provider) ?? 0) + more);
  }

  #breaker(provider: Provider): ProviderBreaker {
    const breaker = this.#breakers.get(provider);
    if (!breaker) throw new Error(`There is no sender for ${provider}.`);
    return breaker;
  }

  #sender(provider: Provider): MessageSender {
    const sender = this.#senders.get(provider);
    if (!sender) throw new Error(`There is no sender for ${provider}.`);
    return sender;
  }
}
