import { GraphQLDateTime } from 'graphql-scalars';
import { createUnionType, Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { captchaTokenField } from '../../captcha/captcha-token.types.js';
import {
  AccountLockedError,
  CaptchaRequiredError,
  DeliveryUnavailableError,
  InvalidInputError,
  ReauthenticationRequiredError,
  TooManyRequestsError,
} from '../../graphql/user-error.js';

export enum EmailOtpPurposeName {
  VERIFY_EMAIL = 'VERIFY_EMAIL',
  RESET_PASSWORD = 'RESET_PASSWORD',
  REAUTHENTICATE = 'REAUTHENTICATE',
  CONTINUE_SIGN_IN = 'CONTINUE_SIGN_IN',
}

registerEnumType(EmailOtpPurposeName, {
  name: 'EmailOtpPurpose',
  description: 'The purpose of a code by email. A code for one purpose is invalid for every other.',
  valuesConfig: {
    VERIFY_EMAIL: {
      description:
        'To give the signed-in account this email address with `verifyEmail`. It needs a proof of the last five minutes that ' +
        'you are the owner of the account.',
    },
    RESET_PASSWORD: {
      description:
        'To set a new password with `resetPassword`, signed out. Only an address that an account has verified is sent a ' +
        'code. All addresses get the same answer.',
    },
    REAUTHENTICATE: {
      description: "To prove again who you are, signed in. The code goes to the account's verified address.",
    },
    CONTINUE_SIGN_IN: {
      description:
        "After `FurtherProofRequiredError`, signed out: to go on with `continueSignIn`. The code goes to the account's verified " +
        'address. It needs `continuationToken`, and no `email`.',
    },
  },
});

@InputType({ description: 'Where to send a code by email, and what for.' })
export class RequestEmailOtpInput {
  @Field(() => String, {
    nullable: true,
    description:
      'The email address. May be left out with VERIFY_EMAIL, for the address of the registration, and with REAUTHENTICATE.',
  })
  email?: string | null;

  @Field(() => EmailOtpPurposeName, { description: 'The purpose of the code.' })
  purpose!: EmailOtpPurposeName;

  @Field(() => String, {
    nullable: true,
    description:
      'Language of the email (BCP 47), e.g. `ne`. Default: the language of the account, then the Accept-Language header, ' +
      'then DEFAULT_LOCALE.',
  })
  locale?: string | null;

  @Field(() => String, captchaTokenField)
  captchaToken?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'With CONTINUE_SIGN_IN: the token of the `FurtherProofRequiredError`. Other purposes ignore it.',
  })
  continuationToken?: string | null;
}

@ObjectType({
  description:
    'The code is being sent. With RESET_PASSWORD, addresses with and without an account get the same answer, and only those ' +
    'with one get a code.',
})
export class RequestEmailOtpSuccess {
  @Field(() => String, { description: 'Always `OTP sent successfully`.' })
  message!: string;

  @Field(() => String, {
    description:
      'Where the code goes. Show it, so that the user notices typing mistakes. With CONTINUE_SIGN_IN only a hint: `j…@m….com`.',
  })
  email!: string;

  @Field(() => GraphQLDateTime, {
    description: 'When the code expires. `requestEmailOtp` says when a resend sends the same code.',
  })
  expiresAt!: Date;

  @Field(() => Int, { description: 'Seconds until the code expires. It does not depend on the clock of the device.' })
  expiresInSeconds!: number;

  @Field(() => GraphQLDateTime, { description: 'When the code can be sent again, by the clock of the service.' })
  resendAvailableAt!: Date;

  @Field(() => Int, { description: 'Seconds until the code can be sent again, for the countdown on "Resend".' })
  resendAfterSeconds!: number;

  @Field(() => String, {
    description:
      'Shows who asked for the code. Keep it with the code boxes and send it with the code, so that wrong guesses of ' +
      'strangers do not use up your attempts. Each answer has its own; the latest one is best. Valid for an hour. ' +
      '`otpDelivery` tells nothing about emails.',
  })
  requestToken!: string;

  @Field(() => Int, { description: 'How many digits the code has. Show as many boxes.' })
  codeLength!: number;
}

export const RequestEmailOtpResult = createUnionType({
  name: 'RequestEmailOtpResult',
  description: 'The result of `requestEmailOtp`.',
  types: () =>
    [
      RequestEmailOtpSuccess,
      InvalidInputError,
      AccountLockedError,
      TooManyRequestsError,
      DeliveryUnavailableError,
      CaptchaRequiredError,
      ReauthenticationRequiredError,
    ] as const,
});
