import type { Random } from '../platform/random.js';
import type { DeliveryFailure } from '../providers/delivery-report.js';
import type { FailedOutcome, ProviderName, SendFailure } from '../providers/message-sender.js';
import type { NoticeKind } from '../texts/notice-kind.js';
import { MOST_ATTEMPTS, MOST_ATTEMPTS_OF_NOTICE, retryDelay } from './retry-delay.js';

/** The number is the reason: every provider would fail. */
const aboutNumber: ReadonlySet<DeliveryFailure> = new Set(['invalid_number', 'opted_out', 'not_on_channel']);
/** The provider is the reason, and may work again in a moment. All other reasons last. */
const temporary: ReadonlySet<SendFailure> = new Set(['slow_down', 'provider_unavailable', 'timeout']);
/** The provider may have taken the message all the same. */
const uncertain: ReadonlySet<SendFailure> = new Set(['provider_unavailable', 'timeout']);
/** The provider took the message and lost it for a reason of its own: another provider may do better. */
const aboutProvider: ReadonlySet<DeliveryFailure> = new Set([
  'country_not_enabled',
  'bad_credentials',
  'slow_down',
  'rejected',
  'provider_unavailable',
  'timeout',
  'blocked',
  'undelivered',
]);

/** A message, its route, and what was tried. */
export interface DeliveryHistory {
  /** In the order in which providers are tried. */
  readonly route: readonly ProviderName[];
  /** The provider of the last attempt. */
  readonly provider: ProviderName;
  /** Providers that do not get the message again. */
  readonly ruledOut: readonly ProviderName[];
  /** The last attempt included. */
  readonly attempts: number;
  /** Present: it carries a notice. */
  readonly notice?: NoticeKind;
}

/** What is known of the providers at the moment. */
export interface ProviderStates {
  takesMessages(provider: ProviderName): boolean;
  /** Seconds that the provider asked to wait before it gets this message again. */
  waitOf(provider: ProviderName): number;
}

export type NextStep =
  | { readonly kind: 'give_up' }
  /** The next provider gets the message at once: a person is waiting. */
  | { readonly kind: 'at_once'; readonly provider: ProviderName; readonly ruledOut: readonly ProviderName[] }
  /** Every provider had its turn. The next round begins after `delay` seconds. */
  | {
      readonly kind: 'later';
      readonly provider: ProviderName;
      readonly ruledOut: readonly ProviderName[];
      readonly delay: number;
    };

/**
 * What to do with a message that a provider did not take: the next provider of the route, or the first one again later,
 * or nothing. A provider that takes no messages now is skipped; otherwise the message would come straight back to the
 * provider that has just failed.
 */
export function nextStep(
  history: DeliveryHistory,
  outcome: FailedOutcome,
  by: ProviderStates & { random: Random },
): NextStep {
  const { route, provider, attempts, notice } = history;
  const most = notice === undefined ? MOST_ATTEMPTS : MOST_ATTEMPTS_OF_NOTICE;
  if (attempts >= most || aboutNumber.has(outcome.reason)) return { kind: 'give_up' };
  const ruledOut = temporary.has(outcome.reason) ? history.ruledOut : [...history.ruledOut, provider];
  const left = route.filter((each) => !ruledOut.includes(each));
  const isNext = (each: ProviderName) => route.indexOf(each) > route.indexOf(provider) && by.takesMessages(each);
  const following = left.find(isNext);
  if (following !== undefined) return { kind: 'at_once', provider: following, ruledOut };
  const [first] = left;
  if (first === undefined) return { kind: 'give_up' };
  const round = Math.ceil(attempts / route.length);
  return { kind: 'later', provider: first, ruledOut, delay: by.waitOf(first) + retryDelay(round, by.random) };
}

/** The provider that gets a message which another one took and lost; null: the message is given up. */
export function nextAfterLoss(history: DeliveryHistory, failure: DeliveryFailure): ProviderName | null {
  const { route, provider, ruledOut, attempts } = history;
  if (attempts >= MOST_ATTEMPTS || !aboutProvider.has(failure)) return null;
  return route.find((each) => each !== provider && !ruledOut.includes(each)) ?? null;
}

/** Whether a provider may have taken a message in spite of this failure; null: the sending process died. */
export function mayHaveTaken(failure: string | null): boolean {
  return failure === null || [...uncertain].some((each) => each === failure);
}
