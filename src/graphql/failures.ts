import { captchaProvider } from './captcha-provider.js';
import {
  AccountDisabledError,
  AccountLockedError,
  AuthenticationMethodName,
  CaptchaRequiredError,
  DestinationNotAllowedError,
  DestinationRefusalName,
  FurtherProofRequiredError,
  InvalidCredentialsError,
  InvalidInputError,
  InvalidOtpError,
  ReauthenticationRequiredError,
  TooManyRequestsError,
  userError,
} from './user-error.js';
import { waitInWords } from './wait.js';
import type { InvalidField, InvalidInput } from '../platform/field-problems.js';
import { FieldError, FieldErrorCode } from './field-error.js';

/** Failures that several mutations share: from the outcome of a service to a class of the schema. */

export function invalidInput({ fields }: InvalidInput): InvalidInputError {
  return userError(InvalidInputError, {
    message: 'Correct the fields that are listed, then try again.',
    fields: fields.map(fieldError),
  });
}

function fieldError({ code, ...rest }: InvalidField): FieldError {
  return Object.assign(new FieldError(), { ...rest, code: FieldErrorCode[code] });
}

export function invalidOtp({ attemptsRemaining }: { attemptsRemaining: number }): InvalidOtpError {
  return userError(InvalidOtpError, { message: 'Invalid OTP', attemptsRemaining });
}

export function accountLocked(locked: { retryAfterSeconds: number; lockedUntil: Date }): AccountLockedError {
  const { retryAfterSeconds, lockedUntil } = locked;
  const message = 'Account temporarily locked due to too many failed login attempts.';
  return userError(AccountLockedError, { message, retryAfterSeconds, lockedUntil });
}

export function accountDisabled({ until }: { until: Date | null }): AccountDisabledError {
  const message = 'An administrator has locked this account. Contact support.';
  return userError(AccountDisabledError, { message, until });
}

const DESTINATIONS = {
  country: {
    reason: DestinationRefusalName.COUNTRY,
    message: 'Codes are not sent to this country. Use another number.',
  },
  number_type: {
    reason: DestinationRefusalName.NUMBER_TYPE,
    message: 'Codes are not sent to this kind of number. Use a mobile number.',
  },
  invalid_number: {
    reason: DestinationRefusalName.INVALID_NUMBER,
    message: 'Messages do not reach this number. Check it, or use another one.',
  },
  opted_out: {
    reason: DestinationRefusalName.OPTED_OUT,
    message: 'This number has asked for no more messages from us. Answer START to the last one to get them again.',
  },
  not_on_channel: {
    reason: DestinationRefusalName.NOT_ON_CHANNEL,
    message: 'This number cannot be reached this way. Choose another way to get the code.',
  },
  blocked: {
    reason: DestinationRefusalName.BLOCKED,
    message: 'Codes are not sent to this number. Use another number.',
  },
} as const;

export function destinationNotAllowed({ reason }: { reason: keyof typeof DESTINATIONS }): DestinationNotAllowedError {
  return userError(DestinationNotAllowedError, DESTINATIONS[reason]);
}

export function invalidCredentials({ attemptsRemaining }: { attemptsRemaining: number }): InvalidCredentialsError {
  return userError(InvalidCredentialsError, { message: 'Invalid username or password.', attemptsRemaining });
}

/** The same of an account that is known already, so only its password can be wrong. */
export function wrongPassword({ attemptsRemaining }: { attemptsRemaining: number }): InvalidCredentialsError {
  return userError(InvalidCredentialsError, { message: 'Wrong password.', attemptsRemaining });
}

/** What was wrong with a passkey is not told: a forger would learn from it. */
export function passkeyRefused({ attemptsRemaining }: { attemptsRemaining: number }): InvalidCredentialsError {
  return userError(InvalidCredentialsError, { message: 'This passkey is not accepted.', attemptsRemaining });
}

/** Too many wrong guesses. The answer does not say which limit was reached. */
export function tooManyFailures({ retryAfterSeconds }: { retryAfterSeconds: number }): TooManyRequestsError {
  const message = `Too many failed attempts lately. Try again in ${waitInWords(retryAfterSeconds)}.`;
  return userError(TooManyRequestsError, { message, retryAfterSeconds });
}

/** The service hashes and checks too many passwords at this moment. */
export function tooMuchWork({ retryAfterSeconds }: { retryAfterSeconds: number }): TooManyRequestsError {
  const message = `The service is very busy. Try again in ${waitInWords(retryAfterSeconds)}.`;
  return userError(TooManyRequestsError, { message, retryAfterSeconds });
}

/** A mobile network did not say that the number is still its owner's, and the account has nothing else. */
export function numberUnconfirmed({ retryAfterSeconds }: { retryAfterSeconds: number }): TooManyRequestsError {
  const wait = waitInWords(retryAfterSeconds);
  const message = `The number cannot be confirmed at the moment. Show another proof, or try again in ${wait}.`;
  return userError(TooManyRequestsError, { message, retryAfterSeconds });
}

/** Too many accounts were registered. The answer does not say which limit was reached. */
export function tooManyRegistrations({ retryAfterSeconds }: { retryAfterSeconds: number }): TooManyRequestsError {
  const message = `Too many accounts were registered lately. Try again in ${waitInWords(retryAfterSeconds)}.`;
  return userError(TooManyRequestsError, { message, retryAfterSeconds });
}

/** The account has asked for too many usernames. */
export function tooManyUsernames({ retryAfterSeconds }: { retryAfterSeconds: number }): TooManyRequestsError {
  const message = `You have asked for too many usernames lately. Try again in ${waitInWords(retryAfterSeconds)}.`;
  return userError(TooManyRequestsError, { message, retryAfterSeconds });
}

export function reauthenticationRequired({
  maxAgeSeconds,
  methods,
}: {
  maxAgeSeconds: number;
  methods: readonly (keyof typeof AuthenticationMethodName)[];
}): ReauthenticationRequiredError {
  const message = 'Prove again who you are, then repeat this.';
  const names = methods.map((method) => AuthenticationMethodName[method]);
  return userError(ReauthenticationRequiredError, { message, maxAgeSeconds, methods: names });
}

export function furtherProofRequired({
  methods,
  continuationToken,
  availableAt,
}: {
  methods: readonly (keyof typeof AuthenticationMethodName)[];
  continuationToken: string;
  availableAt: Date | null;
}): FurtherProofRequiredError {
  const message = 'This is not enough to open the account on this device. Prove in one more way that it is yours.';
  const names = methods.map((method) => AuthenticationMethodName[method]);
  return userError(FurtherProofRequiredError, { message, methods: names, continuationToken, availableAt });
}

export function captchaRequired(required: {
  siteKey: string;
  provider: keyof typeof captchaProvider;
}): CaptchaRequiredError {
  const { siteKey, provider } = required;
  const message = 'Show that you are human, then try again.';
  return userError(CaptchaRequiredError, { message, siteKey, provider: captchaProvider[provider] });
}
