import { GraphQLDateTime } from 'graphql-scalars';
import { createUnionType, Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  AccountLockedError,
  CaptchaRequiredError,
  DeliveryUnavailableError,
  DestinationNotAllowedError,
  InvalidInputError,
  ReauthenticationRequiredError,
  TooManyRequestsError,
  UserNotFoundError,
} from '../graphql/user-error.js';
import { pluralForms } from '../texts/locale.js';
import { OtpChannelName } from '../messaging/otp-channel.types.js';
import { captchaTokenField } from '../captcha/captcha-token.types.js';

export enum OtpPurposeName {
  SIGN_IN = 'SIGN_IN',
  RESET_PASSWORD = 'RESET_PASSWORD',
  CHANGE_PHONE = 'CHANGE_PHONE',
  PROVE_NUMBER = 'PROVE_NUMBER',
}

registerEnumType(OtpPurposeName, {
  name: 'OtpPurpose',
  description: 'The purpose of a code. A code for one purpose is invalid for every other.',
  valuesConfig: {
    SIGN_IN: {
      description:
        'To sign in with `verifyOtp`, to sign up with `register`, or to prove again who you are with `reauthenticate`.',
    },
    RESET_PASSWORD: {
      description:
        'To set a new password with `resetPassword`, signed out. Only a number that an account has verified is sent a ' +
        'code. All numbers get the same answer.',
    },
    CHANGE_PHONE: {
      description:
        'To move the signed-in account to this number with `changePhoneNumber`. It needs a proof of the last five minutes ' +
        'that you are its owner. A number that another account has verified gets the same answer.',
    },
    PROVE_NUMBER: {
      description:
        'To prove the number to another application with `proveNumber`. No account is made. `audience` says which application.',
    },
  },
});

@InputType({ description: 'The phone number, and how to send the code.' })
export class RequestOtpInput {
  @Field(() => String, {
    description: 'As a person types it: `+977 980-0000000`, or in national form if DEFAULT_REGION is set.',
  })
  phoneNumber!: string;

  @Field(() => OtpPurposeName, {
    defaultValue: OtpPurposeName.SIGN_IN,
    description: 'The purpose of the code.',
  })
  purpose!: OtpPurposeName;

  @Field(() => OtpChannelName, {
    defaultValue: OtpChannelName.SMS,
    description: 'How to send the code. All channels send the same code.',
  })
  channel!: OtpChannelName;

  @Field(() => String, {
    nullable: true,
    description:
      'Language of the message (BCP 47), e.g. `ne` or `es-419`. Default: the language of the verified account, then the ' +
      `Accept-Language header, then DEFAULT_LOCALE. Messages exist in: ${Object.keys(pluralForms).sort().join(', ')}.`,
  })
  locale?: string | null;

  @Field(() => String, captchaTokenField)
  captchaToken?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The `deviceToken` of the latest sign-in to this account on this device, if there was one. With it, the device has its own limits on codes and guesses, and `otpDelivery` tells whether the message arrives. An invalid token counts as none.',
  })
  deviceToken?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The application that a proof is for: one of PROOF_AUDIENCES. Required with the purpose PROVE_NUMBER, and ignored with ' +
      'all others. The message names it.',
  })
  audience?: string | null;
}

@ObjectType({
  description:
    'The code is being sent. (To test numbers nothing is sent.) Numbers with and without an account get the same answer, ' +
    'except to sign in with UNKNOWN_PHONE=reject.',
})
export class RequestOtpSuccess {
  @Field(() => String, { description: 'Always `OTP sent successfully`.' })
  message!: string;

  @Field(() => String, {
    description: 'The number in E.164. Show it, so that the user notices typing mistakes.',
  })
  phoneNumber!: string;

  @Field(() => GraphQLDateTime, {
    description: 'When the code expires. `requestOtp` says when a resend sends the same code.',
  })
  expiresAt!: Date;

  @Field(() => Int, {
    description: 'Seconds until the code expires. It does not depend on the clock of the device.',
  })
  expiresInSeconds!: number;

  @Field(() => GraphQLDateTime, {
    description: 'When the code can be sent again, by the clock of the service.',
  })
  resendAvailableAt!: Date;

  @Field(() => Int, {
    description:
      'Seconds until the code can be sent again, for the countdown on "Resend". It does not depend on the clock of the device.',
  })
  resendAfterSeconds!: number;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      'Usually null. A time: the service suspects fraud, because few codes sent to similar numbers are ever entered. Until ' +
      'then, numbers without an account probably get no message. All numbers get the same answer. Show beside the code ' +
      'boxes: "No code, and no account yet? Try again after …".',
  })
  pausedUntil?: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Seconds until `pausedUntil`. Null if that is null.',
  })
  pausedForSeconds?: number | null;

  @Field(() => String, {
    description:
      'Shows who asked for the code. Keep it with the code boxes and send it to the mutation that takes the code, so that wrong ' +
      'guesses of strangers do not use up your attempts. Each answer has its own; the latest one is best. It also serves ' +
      '`otpDelivery`. Valid for an hour.',
  })
  requestToken!: string;

  @Field(() => Int, { description: 'How many digits the code has. Show as many boxes.' })
  codeLength!: number;
}

export const RequestOtpResult = createUnionType({
  name: 'RequestOtpResult',
  description: 'The result of `requestOtp`.',
  types: () =>
    [
      RequestOtpSuccess,
      ReauthenticationRequiredError,
      InvalidInputError,
      DestinationNotAllowedError,
      UserNotFoundError,
      AccountLockedError,
      TooManyRequestsError,
      DeliveryUnavailableError,
      CaptchaRequiredError,
    ] as const,
});
