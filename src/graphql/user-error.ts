import { GraphQLDateTime } from 'graphql-scalars';
import { Field, InterfaceType, Int, ObjectType, registerEnumType } from 'type-graphql';

@InterfaceType({
  description:
    'Something that the caller can act on. Every expected failure of every mutation implements it; `__typename` is the ' +
    'code. Select `... on UserError { message }` last, and a failure that is added later will not break your client.',
})
export abstract class UserError {
  @Field(() => String, { description: 'What went wrong, in English, for developers and as a last resort for users.' })
  message!: string;
}

@ObjectType({ description: 'What is wrong with one field of the input.' })
export class FieldError {
  @Field(() => String, { description: 'Path of the field inside the input, e.g. `phoneNumber`.' })
  field!: string;

  @Field(() => String, { description: 'What is wrong with it, in English, to be shown beside the field.' })
  message!: string;
}

@ObjectType({
  implements: UserError,
  description: 'Fields of the input need correction; all of them are listed at once.',
})
export class InvalidInputError extends UserError {
  @Field(() => [FieldError], { description: 'The fields to correct, each with what is wrong. Never empty.' })
  fields!: FieldError[];
}

@ObjectType({
  implements: UserError,
  description: 'The code is not right. Wrong, expired, used and never-sent codes all give this same answer.',
})
export class InvalidOtpError extends UserError {
  @Field(() => Int, {
    description: 'Guesses left for this code. At 0 it is dead: ask for a new one with `requestOtp`.',
  })
  attemptsRemaining!: number;
}

@ObjectType({
  implements: UserError,
  description:
    'Too many wrong codes or passwords: locked for a while. Until then no code is sent and none accepted, not even the ' +
    'right one. A device that sends its `deviceToken` is locked by its own mistakes only.',
})
export class AccountLockedError extends UserError {
  @Field(() => Int, { description: 'Seconds until the lock ends: for a countdown, whatever clock the device has.' })
  retryAfterSeconds!: number;

  @Field(() => GraphQLDateTime, { description: 'When the lock ends, by the clock of the service.' })
  lockedUntil!: Date;
}

@ObjectType({
  implements: UserError,
  description:
    'Too much lately: asked for a code too soon after the last time, or too often, by this client, for this number or by ' +
    'everybody, so that nothing was sent; or too many wrong guesses from this network or altogether, so that this one was ' +
    'not looked at.',
})
export class TooManyRequestsError extends UserError {
  @Field(() => Int, { description: 'Seconds to wait before asking again.' })
  retryAfterSeconds!: number;
}

export enum DestinationRefusalName {
  COUNTRY = 'COUNTRY',
  NUMBER_TYPE = 'NUMBER_TYPE',
  INVALID_NUMBER = 'INVALID_NUMBER',
  OPTED_OUT = 'OPTED_OUT',
  NOT_ON_CHANNEL = 'NOT_ON_CHANNEL',
}

registerEnumType(DestinationRefusalName, {
  name: 'DestinationRefusal',
  description: 'Why no code is sent to a number.',
  valuesConfig: {
    COUNTRY: {
      description:
        "The service does not send codes to the number's country (ALLOWED_COUNTRIES), or not by this channel " +
        '(DELIVERY_ROUTES): another one may lead there.',
    },
    NUMBER_TYPE: {
      description:
        'The number cannot receive texts or charges for them: landline, toll-free, premium rate, pager and such. A ' +
        'landline can be called: `channel: VOICE`.',
    },
    INVALID_NUMBER: {
      description:
        'Messages to this number came back lately: nobody has it, or it takes none. Ask whether it is right.',
    },
    OPTED_OUT: {
      description: 'Whoever has the number asked for no more messages, for example by answering STOP. START undoes it.',
    },
    NOT_ON_CHANNEL: {
      description: 'The number is not on this channel, such as WhatsApp. Offer another channel.',
    },
  },
});

@ObjectType({
  implements: UserError,
  description:
    'The number is well-formed, but no code is sent there this way; `reason` tells why. Nothing was counted. Ask for ' +
    'another number, or offer another channel.',
})
export class DestinationNotAllowedError extends UserError {
  @Field(() => DestinationRefusalName, { description: 'What stands in the way.' })
  reason!: DestinationRefusalName;
}

@ObjectType({
  implements: UserError,
  description:
    'Texts do not go out at the moment, whoever they are for; nothing was sent, and nothing was counted. A code that ' +
    'was sent before stays good.',
})
export class DeliveryUnavailableError extends UserError {
  @Field(() => Int, { description: 'Seconds to wait before asking again.' })
  retryAfterSeconds!: number;
}

@ObjectType({
  implements: UserError,
  description: 'No account has this phone number. Only deployments with UNKNOWN_PHONE=reject tell.',
})
export class UserNotFoundError extends UserError {}

@ObjectType({
  implements: UserError,
  description:
    'The code is right, but the number has no account yet (UNKNOWN_PHONE=register). Call `register` with the same code ' +
    'as `verificationCode`; it stays good until it expires.',
})
export class RegistrationRequiredError extends UserError {}

@ObjectType({
  implements: UserError,
  description: 'Identifier and password do not belong together. Whether anybody has the identifier is not told.',
})
export class InvalidCredentialsError extends UserError {
  @Field(() => Int, { nullable: true, description: 'Guesses left until the account is locked for a while.' })
  attemptsRemaining!: number | null;
}

@ObjectType({
  implements: UserError,
  description: 'The refresh token is not valid (any more): the session has ended. The user must sign in again.',
})
export class InvalidTokenError extends UserError {}

@ObjectType({
  implements: UserError,
  description: 'The last sign-in is too long ago for this. Sign in again, then repeat it with the new access token.',
})
export class ReauthenticationRequiredError extends UserError {
  @Field(() => Int, { description: 'How many seconds ago the sign-in may be at most.' })
  maxAgeSeconds!: number;
}

@ObjectType({
  implements: UserError,
  description:
    'The caller must show that they are human, because something is suspicious or because this deployment always asks. ' +
    'Show the CAPTCHA widget with this key and repeat the call with its token as `captchaToken`. Nothing was counted.',
})
export class CaptchaRequiredError extends UserError {
  @Field(() => String, { description: 'The public key that the widget of the CAPTCHA provider is shown with.' })
  siteKey!: string;
}

/** An instance of one of the classes above: unions and interfaces are told apart by class. */
export function userError<Kind extends UserError>(type: new () => Kind, fields: Kind): Kind {
  return Object.assign(new type(), fields);
}
