import { GraphQLDateTime } from 'graphql-scalars';
import { Field, InterfaceType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { CaptchaProvider } from './captcha-provider.js';
import { FieldError } from './field-error.js';

@InterfaceType({
  description:
    'A failure that the caller can act on. Every expected failure of every mutation implements it, and `__typename` is ' +
    'its code. Select `... on UserError { message }` last: then a failure that is added later will not break your client.',
})
export abstract class UserError {
  @Field(() => String, {
    description: 'What went wrong, in English. For developers; show it to users only if you have no better text.',
  })
  message!: string;
}

@InterfaceType({
  implements: UserError,
  description: 'A failure that goes away by itself: wait, then repeat the call.',
})
export abstract class RetryableError extends UserError {
  @Field(() => Int, {
    description: 'Seconds to wait before the next try, for a countdown. It does not depend on the clock of the device.',
  })
  retryAfterSeconds!: number;
}

@ObjectType({
  implements: UserError,
  description: 'Some fields of the input need correction. All of them are listed.',
})
export class InvalidInputError extends UserError {
  @Field(() => [FieldError], { description: 'The fields to correct. Never empty.' })
  fields!: FieldError[];
}

@ObjectType({
  implements: UserError,
  description: 'The code is wrong. Expired and used codes, and codes that were never sent, get the same answer.',
})
export class InvalidOtpError extends UserError {
  @Field(() => Int, {
    description: 'Guesses left for this code. At 0 it is invalid: get a new one with `requestOtp`.',
  })
  attemptsRemaining!: number;
}

@ObjectType({
  implements: [RetryableError, UserError],
  description:
    'Too many wrong codes or passwords. During the lock no code is sent, and no code is accepted, not even the right one. ' +
    'A device that sends its `deviceToken` is locked only by its own mistakes.',
})
export class AccountLockedError extends RetryableError {
  @Field(() => GraphQLDateTime, { description: 'When the lock ends, by the clock of the service.' })
  lockedUntil!: Date;
}

@ObjectType({
  implements: [RetryableError, UserError],
  description:
    'A limit is reached. For `requestOtp`: too many codes for this number, for this client or for the whole service, or too ' +
    'soon after the last one; nothing was sent. Otherwise: too many wrong guesses or too many registrations from this ' +
    'network or in the whole service, or too many passwords to check at this moment; nothing was checked or created. Where ' +
    'mobile networks are asked (NUMBER_SIGNALS), a change also waits for their answer.',
})
export class TooManyRequestsError extends RetryableError {}

export enum DestinationRefusalName {
  COUNTRY = 'COUNTRY',
  NUMBER_TYPE = 'NUMBER_TYPE',
  INVALID_NUMBER = 'INVALID_NUMBER',
  OPTED_OUT = 'OPTED_OUT',
  NOT_ON_CHANNEL = 'NOT_ON_CHANNEL',
  BLOCKED = 'BLOCKED',
}

registerEnumType(DestinationRefusalName, {
  name: 'DestinationRefusal',
  description: 'Why no code is sent to a number.',
  valuesConfig: {
    COUNTRY: {
      description:
        'The service does not send codes to this country (ALLOWED_COUNTRIES), or not by this channel (DELIVERY_ROUTES). ' +
        'Another channel may work.',
    },
    NUMBER_TYPE: {
      description:
        'The number cannot receive text messages, or charges for them: for example a landline, toll-free or premium rate ' +
        'number. A landline can be called: `channel: VOICE`.',
    },
    INVALID_NUMBER: {
      description:
        'The provider reported that this number does not exist or cannot receive messages. Ask the user to check it.',
    },
    OPTED_OUT: {
      description:
        'The owner of the number asked for no more messages, for example by answering STOP. Answering START allows them again.',
    },
    NOT_ON_CHANNEL: {
      description: 'The number is not on this channel, such as WhatsApp or Telegram. Offer another channel.',
    },
    BLOCKED: {
      description:
        'The operator of the service blocked the number, or all that begin like it. Nothing is sent by any channel.',
    },
  },
});

@ObjectType({
  implements: UserError,
  description:
    'The number is well-formed, but no code is sent to it by this channel. `reason` says why. Nothing was counted. Ask for ' +
    'another number, or offer another channel.',
})
export class DestinationNotAllowedError extends UserError {
  @Field(() => DestinationRefusalName, { description: 'Why no code was sent.' })
  reason!: DestinationRefusalName;
}

@ObjectType({
  implements: [RetryableError, UserError],
  description:
    'No messages can be sent at the moment, to any number. Nothing was sent, and nothing was counted. A code that was sent ' +
    'before stays valid.',
})
export class DeliveryUnavailableError extends RetryableError {}

@ObjectType({
  implements: UserError,
  description:
    'There is no such account. `requestOtp`: none has this phone number (only with UNKNOWN_PHONE=reject). Acts of administrators: ' +
    'none has this id.',
})
export class UserNotFoundError extends UserError {}

@ObjectType({
  implements: UserError,
  description:
    'The code is right, but the number has no account yet (UNKNOWN_PHONE=register). Call `register` with the same code as ' +
    '`verificationCode`. The code stays valid until it expires.',
})
export class RegistrationRequiredError extends UserError {}

@ObjectType({
  implements: UserError,
  description:
    'The identifier or the password is wrong. The answer does not say whether an account has this identifier. Of a passkey: it is ' +
    'not accepted. The user signs in another way, and may add it anew.',
})
export class InvalidCredentialsError extends UserError {
  @Field(() => Int, {
    description:
      'Guesses left until the account is locked. Keys cannot be guessed, so a refused passkey takes none away.',
  })
  attemptsRemaining!: number;
}

@ObjectType({
  implements: UserError,
  description:
    '`refreshSession`: the refresh token is invalid, or its session has ended. The user must sign in again. `logout`: no ' +
    'token of this service came with the call, so there is nothing to end. Forget the tokens. `continueSignIn`: the token ' +
    'is too old or used, or the account has changed. Begin the sign-in again. `finishPasskeyRegistration` and `finishPasskeySignIn`: ' +
    'the challenge is too old or was answered before, or the answer is none. Start again. `redeemProof`: the proof is invalid, has expired, or ' +
    'was spent before. `revertChange`: the code is wrong, was used or is too old, or it came by text and needs one more proof.',
})
export class InvalidTokenError extends UserError {}

export enum AuthenticationMethodName {
  PHONE_OTP = 'PHONE_OTP',
  EMAIL_OTP = 'EMAIL_OTP',
  PASSWORD = 'PASSWORD',
  PASSKEY = 'PASSKEY',
}

registerEnumType(AuthenticationMethodName, {
  name: 'AuthenticationMethod',
  description: 'A way to prove who one is.',
  valuesConfig: {
    PHONE_OTP: { description: 'A code to the phone number of the account: `requestOtp`.' },
    EMAIL_OTP: { description: 'A code to the verified email address of the account: `requestEmailOtp`.' },
    PASSWORD: { description: 'The password of the account.' },
    PASSKEY: { description: 'A passkey of the account: `startPasskeySignIn`.' },
  },
});

@ObjectType({
  implements: UserError,
  description: 'An administrator locked the account. What was shown is right, but opens nothing while the lock lasts.',
})
export class AccountDisabledError extends UserError {
  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When the lock ends. Null: it lasts until it is lifted.',
  })
  until!: Date | null;
}

@ObjectType({
  implements: UserError,
  description: 'Nothing has this id. It may have ended or been removed.',
})
export class NotFoundError extends UserError {}

@ObjectType({
  implements: UserError,
  description:
    'The user has no active session with this id. It has ended, it belongs to somebody else, or it never existed.',
})
export class SessionNotFoundError extends UserError {}

@ObjectType({
  implements: UserError,
  description:
    'This needs a recent proof of who the user is. Show one of `methods` to `reauthenticate`, or sign in again by it. Then ' +
    'repeat the call. A number that is unverified is verified by `verifyOtp`, with the access token of the session.',
})
export class ReauthenticationRequiredError extends UserError {
  @Field(() => Int, { description: 'The greatest age of the proof in seconds.' })
  maxAgeSeconds!: number;

  @Field(() => [AuthenticationMethodName], { description: 'What would do, any one of them. Never empty.' })
  methods!: AuthenticationMethodName[];
}

@ObjectType({
  implements: UserError,
  description:
    'What was shown is right, but does not open the account by itself on this device: the phone number may belong to ' +
    'somebody else by now, the account has special rights, or it has a passkey and one code was shown. The code is used up. ' +
    'Go on with `continueSignIn` and one of `methods`.',
})
export class FurtherProofRequiredError extends UserError {
  @Field(() => [AuthenticationMethodName], {
    description: 'What would open the account, any one of them. Empty: it has nothing else to prove who its owner is.',
  })
  methods!: AuthenticationMethodName[];

  @Field(() => String, {
    description:
      'Stands for what was shown. Send it to `continueSignIn` within 10 minutes. It signs nobody in by itself.',
  })
  continuationToken!: string;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      'From when a new code opens the account by itself, unless somebody uses it before. Null: a code alone does not open it.',
  })
  availableAt!: Date | null;
}

@ObjectType({
  implements: UserError,
  description:
    'A CAPTCHA is required, because the call is suspicious or because the service always asks (CAPTCHA=always). Show the CAPTCHA widget ' +
    'with this key, and repeat the call with its token as `captchaToken`. Nothing was counted.',
})
export class CaptchaRequiredError extends UserError {
  @Field(() => String, { description: 'The public key for the widget of the CAPTCHA provider.' })
  siteKey!: string;

  @Field(() => CaptchaProvider, { description: 'Whose widget to show.' })
  provider!: CaptchaProvider;
}

/** An instance of one of the classes above. GraphQL finds the member of a union by its class. */
export function userError<Kind extends UserError>(type: new () => Kind, fields: Kind): Kind {
  return Object.assign(new type(), fields);
}
