import {
  AccountLockedError,
  DestinationNotAllowedError,
  DestinationRefusalName,
  InvalidCredentialsError,
  InvalidInputError,
  InvalidOtpError,
  ReauthenticationRequiredError,
  userError,
} from '../graphql/user-error.js';
import type { DestinationRefusal } from '../phone/destination.js';
import type { InvalidInput } from './field-problems.js';

/** Failures that several mutations share, as the schema shows them. */

export function invalidInput({ fields }: InvalidInput): InvalidInputError {
  return userError(InvalidInputError, { message: 'Some fields need correction.', fields: [...fields] });
}

export function invalidOtp({ attemptsRemaining }: { attemptsRemaining: number }): InvalidOtpError {
  return userError(InvalidOtpError, { message: 'Invalid OTP', attemptsRemaining });
}

export function accountLocked(locked: { retryAfterSeconds: number; lockedUntil: Date }): AccountLockedError {
  const { retryAfterSeconds, lockedUntil } = locked;
  const message = 'Account temporarily locked due to too many failed login attempts.';
  return userError(AccountLockedError, { message, retryAfterSeconds, lockedUntil });
}

const DESTINATIONS = {
  country: { reason: DestinationRefusalName.COUNTRY, message: 'Codes are not sent to this country.' },
  number_type: { reason: DestinationRefusalName.NUMBER_TYPE, message: 'Codes are not sent to this kind of number.' },
} as const;

export function destinationNotAllowed({ reason }: { reason: DestinationRefusal }): DestinationNotAllowedError {
  return userError(DestinationNotAllowedError, DESTINATIONS[reason]);
}

export function invalidCredentials({
  attemptsRemaining,
}: {
  attemptsRemaining: number | null;
}): InvalidCredentialsError {
  return userError(InvalidCredentialsError, { message: 'Invalid username or password.', attemptsRemaining });
}

export function reauthenticationRequired({ maxAgeSeconds }: { maxAgeSeconds: number }): ReauthenticationRequiredError {
  return userError(ReauthenticationRequiredError, { message: 'Sign in again to do this.', maxAgeSeconds });
}
