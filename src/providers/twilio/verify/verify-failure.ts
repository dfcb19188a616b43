import type { FailedOutcome, SendFailure } from '../../message-sender.js';
import { twilioFailure } from '../failure.js';

/** Codes with which Verify refuses (https://www.twilio.com/docs/api/errors), beside those that all of Twilio's APIs have. */
const reasonByCode: Readonly<Record<string, SendFailure>> = {
  20404: 'bad_credentials', // no such service
  60004: 'rejected', // a locale that Verify does not speak
  60200: 'rejected', // a parameter is not valid
  60203: 'rejected', // five messages to this number in ten minutes
  60204: 'bad_credentials', // the service does not take custom codes
  60205: 'invalid_number', // landline
  60207: 'slow_down', // rate limit of the service
  60212: 'slow_down', // too many requests at once for this number
  60220: 'country_not_enabled', // China asks for a use case
  60223: 'rejected', // channel is off
  60238: 'rejected', // blocked by Verify
  60410: 'rejected', // Fraud Guard
  60605: 'country_not_enabled', // geographic permissions
};

/** As in an answer to a request without a resource. */
const NOT_FOUND = '20404';

export function verifyFailure(error: unknown): FailedOutcome {
  const failure = twilioFailure(error);
  const reason = failure.providerCode === null ? undefined : reasonByCode[failure.providerCode];
  return reason === undefined ? failure : { ...failure, reason };
}

/** Verify forgets a verification that is approved, canceled or older than ten minutes. */
export function isForgotten(error: unknown): boolean {
  const { providerCode } = twilioFailure(error);
  return providerCode === NOT_FOUND || providerCode === 'HTTP_404';
}
