import type { FeedbackOutcome, SendFailure } from './message-sender.js';

/** What may be over in a while: the news of a verified code is told again. */
const passing: ReadonlySet<SendFailure> = new Set(['bad_credentials', 'slow_down', 'provider_unavailable', 'timeout']);

/** What it means for the news of a verified code that the provider failed to take it. */
export function feedbackAfter(failure: SendFailure): FeedbackOutcome {
  return passing.has(failure) ? 'unavailable' : 'refused';
}
