import type { Random } from '../platform/random.js';
import type { DeliveryFailure } from '../providers/delivery-report.js';
import type { FailedOutcome, Provider, SendFailure } from '../providers/message-sender.js';
import { MOST_ATTEMPTS, retryDelay } from './retry-delay.js';

/** The message or its number is the reason, whoever sends it. */
const ofTheNumber: ReadonlySet<DeliveryFailure> = new Set(['invalid_number', 'opted_out', 'not_on_channel']);
/** The provider is the reason, and may be well again in a moment. Every other reason stays. */
const passing: ReadonlySet<SendFailure> = new Set(['slow_down', 'provider_unavailable', 'timeout']);
/** Nobody knows whether the provider took the message. */
const unsure: ReadonlySet<SendFailure> = new Set(['provider_unavailable', 'timeout']);
/** A message that a provider took, and then lost for a reason of its own: another one may do better. */
const ofTheWay: ReadonlySet<DeliveryFailure> = new Set([
  'country_not_enabled',
  'bad_credentials',
  'slow_down',
  'rejected',
  'provider_unavailable',
  'timeout',
  'blocked',
  'undelivered',
]);

/** What a message has been through, and where it may still go. */
export interface Journey {
  /** In the order in which they are tried. */
  readonly route: readonly Provider[];
  /** Who had it last. */
  readonly provider: Provider;
  readonly ruledOut: readonly Provider[];
  /** That one included. */
  readonly attempts: number;
}

/** What is known of the providers at the moment. */
export interface Present {
  /** Whether it takes messages. */
  takes(provider: Provider): boolean;
  /** Seconds that it asked to be left alone with this message. */
  restOf(provider: Provider): number;
}

export type NextStep =
  | { readonly kind: 'give_up' }
  /** Another provider gets it without a wait: a person is waiting. */
  | { readonly kind: 'at_once'; readonly provider: Provider; readonly ruledOut: readonly Provider[] }
  /** All have had it: the round begins again after `delay` seconds. */
  | {
      readonly kind: 'later';
      readonly provider: Provider;
      readonly ruledOut: readonly Provider[];
      readonly delay: number;
    };

/**
 * What to do with a message that a provider did not take: the next of its route, or the first again, or nothing. One
 * that takes nothing now is no next one: the message would come straight back to the provider that has just failed.
 */
export function nextStep(journey: Journey, outcome: FailedOutcome, by: Present & { random: Random }): NextStep {
  const { route, provider, attempts } = journey;
  if (attempts >= MOST_ATTEMPTS || ofTheNumber.has(outcome.reason)) return { kind: 'give_up' };
  const ruledOut = passing.has(outcome.reason) ? journey.ruledOut : [...journey.ruledOut, provider];
  const left = route.filter((each) => !ruledOut.includes(each));
  const following = left.find((each) => route.indexOf(each) > route.indexOf(provider) && by.takes(each));
  if (following) return { kind: 'at_once', provider: following, ruledOut };
  const [first] = left;
  if (!first) return { kind: 'give_up' };
  const round = Math.ceil(attempts / route.length);
  return { kind: 'later', provider: first, ruledOut, delay: by.restOf(first) + retryDelay(round, by.random) };
}

/** Who gets a message that a provider took and then lost; null: nobody. */
export function nextAfterLoss({ route, provider, ruledOut, attempts }: Journey, failure: DeliveryFailure) {
  if (attempts >= MOST_ATTEMPTS || !ofTheWay.has(failure)) return null;
  return route.find((each) => each !== provider && !ruledOut.includes(each)) ?? null;
}

/** Whether a provider may have taken a message of which it said that; null: it said nothing, whoever asked it died. */
export function mayHaveTaken(failure: string | null): boolean {
  return failure === null || [...unsure].some((each) => each === failure);
}
