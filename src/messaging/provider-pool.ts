import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import {
  type AcceptedOutcome,
  type FeedbackOutcome,
  type MessageSender,
  MOST_UNDER_WAY,
  type OutgoingMessage,
  type ProviderName,
  type SendOutcome,
  type VerifiedSend,
} from '../providers/message-sender.js';
import { said } from '../providers/provider-words.js';
import { CircuitBreaker, type Permit } from './circuit-breaker.js';
import type { DeliveryRoutes, DeliveryTarget } from './delivery-routes.js';
import type { RouteOrders } from './auto-routes/route-orders.js';

/** Which provider would send a message now. */
export type Plan =
  | {
      readonly kind: 'planned';
      readonly provider: ProviderName;
      /** The order that was chosen for this message, to be kept with it; null: the route has no other than its own. */
      readonly route: readonly ProviderName[] | null;
      /** Every provider of the route only shows the message to a developer. */
      readonly shownOnly: boolean;
    }
  /** No provider of the route takes messages at the moment. */
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds: number }
  /** No route leads there. `anywhere`: the channel has a route to other countries. */
  | { readonly kind: 'not_offered'; readonly anywhere: boolean };

/** Permits one message through one provider. */
export interface Admission {
  readonly provider: ProviderName;
  readonly permit: Permit;
}

/** A message whose way began: with the order that was chosen for it, if one was. */
export interface RoutedMessage extends DeliveryTarget {
  readonly route?: readonly ProviderName[] | null | undefined;
}

export interface ProviderPoolParts {
  readonly routes: DeliveryRoutes;
  /** Orders the routes that learn. */
  readonly orders: RouteOrders;
  /** One for each provider that a route leads to. */
  readonly senders: ReadonlyMap<ProviderName, MessageSender>;
  /** Those that only show messages to a developer. */
  readonly developmentProviders: ReadonlySet<ProviderName>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The providers in use, each with its circuit breaker and with a limit on messages under way. */
export class ProviderPool {
  readonly #routes: DeliveryRoutes;
  readonly #orders: RouteOrders;
  readonly #senders: ReadonlyMap<ProviderName, MessageSender>;
  readonly #developmentProviders: ReadonlySet<ProviderName>;
  readonly #breakers: ReadonlyMap<ProviderName, CircuitBreaker>;
  /** Messages under way through each provider. */
  readonly #underWay = new Map<ProviderName, number>();

  constructor(parts: ProviderPoolParts) {
    this.#routes = parts.routes;
    this.#orders = parts.orders;
    this.#senders = parts.senders;
    this.#developmentProviders = parts.developmentProviders;
    this.#breakers = new Map([...parts.senders.keys()].map((provider) => [provider, breakerOf(provider, parts)]));
  }

  /**
   * The providers of a message, in order. A message keeps the order that was chosen for it, whatever was learned since. The
   * settings decide which providers there are.
   */
  routeOf(message: RoutedMessage): readonly ProviderName[] {
    const configured = this.#routes.providersOf(message);
    const { route } = message;
    if (!route) return this.#orderOf(message, configured, false);
    const kept = route.filter((each) => configured.includes(each));
    return [...kept, ...configured.filter((each) => !kept.includes(each))];
  }

  /** @param trial whether a route that learns may try another provider than its best one, as with a code */
  plan(target: DeliveryTarget, { trial = false } = {}): Plan {
    const route = this.#orderOf(target, this.#routes.providersOf(target), trial);
    const provider = route.find((each) => this.takesMessages(each));
    const shownOnly = route.every((each) => this.#developmentProviders.has(each));
    if (provider !== undefined) {
      // What became of the message is counted for the one that has the first attempt.
      const order = [provider, ...route.filter((each) => each !== provider)];
      return { kind: 'planned', provider, route: this.#routes.isLearned(target) ? order : null, shownOnly };
    }
    if (route.length === 0) return { kind: 'not_offered', anywhere: this.#routes.offers(target.channel) };
    return { kind: 'unavailable', retryAfterSeconds: this.waitFor(route) };
  }

  /** Whether the circuit breaker of a provider lets messages pass. */
  takesMessages(provider: ProviderName): boolean {
    return this.#breaker(provider).hasCapacity;
  }

  /** How many messages may be sent now through the provider that has most capacity. */
  get capacity(): number {
    const capacities = [...this.#breakers].map(([provider, breaker]) => breaker.capacity(this.#freePlaces(provider)));
    return Math.max(0, ...capacities);
  }

  /**
   * Permits one message through the first of `candidates` that takes messages. Null: none takes messages, or that one has
   * as many under way as it may have. A slow provider is not skipped: the next one may cost more.
   */
  admit(candidates: readonly ProviderName[], destination: string): Admission | null {
    const provider = candidates.find((each) => this.takesMessages(each));
    if (provider === undefined || this.#freePlaces(provider) === 0) return null;
    const permit = this.#breaker(provider).admit(destination);
    if (!permit) return null;
    this.#countUnderWay(provider, 1);
    return {
      provider,
      permit: (outcome) => {
        this.#countUnderWay(provider, -1);
        permit(outcome);
      },
    };
  }

  /** Seconds until one of them may take a message again. */
  waitFor(providers: readonly ProviderName[]): number {
    return Math.min(...providers.map((provider) => this.#breaker(provider).retryAfterSeconds ?? 0));
  }

  /** Senders promise not to throw. If one throws, its error is not logged, because it may hold the text. */
  async send({ provider, permit }: Admission, message: OutgoingMessage): Promise<SendOutcome> {
    let outcome: SendOutcome;
    try {
      outcome = await this.#sender(provider).send(message);
    } catch {
      outcome = { kind: 'failed', reason: 'provider_unavailable', providerCode: 'THROWN' };
    }
    permit(outcome);
    if (outcome.kind === 'accepted') return outcome;
    // Once more, because what a sender forgets to leave out must not be stored.
    const { providerMessage, ...failed } = outcome;
    return { ...failed, ...said(providerMessage) };
  }

  /** A message that a provider may have taken earlier; null: it has none, or it does not tell. */
  async findEarlier(provider: ProviderName, message: OutgoingMessage): Promise<AcceptedOutcome | null> {
    const { earlier } = message;
    if (!earlier) return null;
    const looking = this.#senders.get(provider)?.findEarlier?.({ ...message, earlier });
    return (await looking?.catch(() => null)) ?? null;
  }

  /** Whether a provider can be asked what a message cost. */
  tellsPrices(provider: ProviderName): boolean {
    return this.#senders.get(provider)?.priceOf !== undefined;
  }

  async priceOf(provider: ProviderName, message: Parameters<NonNullable<MessageSender['priceOf']>>[0]) {
    return (
      (await this.#senders
        .get(provider)
        ?.priceOf?.(message)
        .catch(() => null)) ?? null
    );
  }

  /** The providers that want to know which codes were verified. */
  get toBeTold(): readonly ProviderName[] {
    return [...this.#senders.values()].filter(({ verified }) => verified !== undefined).map(({ provider }) => provider);
  }

  /** Tells a provider that a code was verified. One that does not want to know, or is no longer there, refuses. */
  async verified(provider: ProviderName, message: VerifiedSend): Promise<FeedbackOutcome> {
    const telling = this.#senders.get(provider)?.verified?.(message);
    return telling === undefined ? 'refused' : telling.catch(() => 'unavailable' as const);
  }

  #orderOf(target: DeliveryTarget, configured: readonly ProviderName[], trial: boolean): readonly ProviderName[] {
    const learned = configured.length > 1 && this.#routes.isLearned(target);
    return learned ? this.#orders.orderOf(target, configured, { trial }) : configured;
  }

  #freePlaces(provider: ProviderName): number {
    return MOST_UNDER_WAY - (this.#underWay.get(provider) ?? 0);
  }

  #countUnderWay(provider: ProviderName, change: 1 | -1): void {
    this.#underWay.set(provider, (this.#underWay.get(provider) ?? 0) + change);
  }

  #breaker(provider: ProviderName): CircuitBreaker {
    return present(this.#breakers.get(provider), provider);
  }

  #sender(provider: ProviderName): MessageSender {
    return present(this.#senders.get(provider), provider);
  }
}

function breakerOf(provider: ProviderName, { clock, logger, metrics }: ProviderPoolParts): CircuitBreaker {
  const breaker = new CircuitBreaker({
    clock,
    onChange: (state) => {
      metrics.count('breaker_changes_total', { provider, state });
      logger.warn({ provider, state }, 'circuit breaker of a provider changed');
    },
  });
  metrics.follow('breaker_open', { provider }, () => (breaker.state === 'closed' ? 0 : 1));
  return breaker;
}

function present<Value>(value: Value | undefined, provider: ProviderName): Value {
  if (value === undefined) throw new Error(`There is no sender for ${provider}.`);
  return value;
}
