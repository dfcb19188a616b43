import { GraphQLDateTime } from 'graphql-scalars';
import { createUnionType, Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  AccountLockedError,
  CaptchaRequiredError,
  DeliveryUnavailableError,
  DestinationNotAllowedError,
  InvalidInputError,
  TooManyRequestsError,
  UserNotFoundError,
} from '../graphql/user-error.js';
import { pluralForms } from '../texts/locale.js';
import { OtpChannelName } from '../messaging/otp-channel.types.js';
import { captchaTokenField } from '../captcha/captcha-token.types.js';

export enum OtpPurposeName {
  SIGN_IN = 'SIGN_IN',
}

registerEnumType(OtpPurposeName, {
  name: 'OtpPurpose',
  description: 'What a code is good for. A code for one purpose is worth nothing for another.',
  valuesConfig: { SIGN_IN: { description: 'To sign in with `verifyOtp`, or to sign up with `register`.' } },
});

@InputType({ description: 'Who is to be sent a code, and what for.' })
export class RequestOtpInput {
  @Field(() => String, {
    description: 'As a person types it: `+977 980-0000000`, or national where the deployment has a default country.',
  })
  phoneNumber!: string;

  @Field(() => OtpPurposeName, {
    defaultValue: OtpPurposeName.SIGN_IN,
    description: 'What the code is to be good for.',
  })
  purpose!: OtpPurposeName;

  @Field(() => OtpChannelName, {
    defaultValue: OtpChannelName.SMS,
    description: 'How the code is to travel. Whichever way, it is the same code.',
  })
  channel!: OtpChannelName;

  @Field(() => String, {
    nullable: true,
    description:
      "Language of the text (BCP 47), e.g. `ne` or `es-419`. Default: the user's, then the Accept-Language header, then " +
      `that of the deployment (DEFAULT_LOCALE). Texts exist in: ${Object.keys(pluralForms).sort().join(', ')}.`,
  })
  locale?: string | null;

  @Field(() => String, captchaTokenField)
  captchaToken?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The `deviceToken` of the latest sign-in to this account on this device, if there was one: a lock that strangers caused does not hold for it. One that is not valid counts as none.',
  })
  deviceToken?: string | null;
}

@ObjectType({
  description:
    'A code is on its way; for a test number it would be. Known and unknown numbers get this same answer, except in ' +
    'deployments with UNKNOWN_PHONE=reject.',
})
export class RequestOtpSuccess {
  @Field(() => String, { description: 'Always `OTP sent successfully`.' })
  message!: string;

  @Field(() => String, {
    description: 'The number as it was understood, in E.164. Show it, so that typos are noticed.',
  })
  phoneNumber!: string;

  @Field(() => GraphQLDateTime, { description: 'When the code expires. A resend within its life sends the same code.' })
  expiresAt!: Date;

  @Field(() => GraphQLDateTime, {
    description: 'From when on another send is accepted: for the countdown on "Resend".',
  })
  resendAvailableAt!: Date;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      'Mostly null. A time: so few codes to numbers like this one are typed that, until then, numbers without an ' +
      'account are probably sent nothing. Known and unknown numbers get the same answer. Show beside the code boxes: ' +
      '"No code, and no account yet? Try again after …".',
  })
  pausedUntil?: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      'For `otpDelivery`, which tells whether the message arrives. Good for an hour. Null while numbers like this one ' +
      'are paused (`pausedUntil`).',
  })
  deliveryToken?: string | null;

  @Field(() => Int, { description: 'How many digits the code has: how many boxes to show.' })
  codeLength!: number;
}

export const RequestOtpResult = createUnionType({
  name: 'RequestOtpResult',
  description: 'What became of a request for a code.',
  types: () =>
    [
      RequestOtpSuccess,
      InvalidInputError,
      DestinationNotAllowedError,
      UserNotFoundError,
      AccountLockedError,
      TooManyRequestsError,
      DeliveryUnavailableError,
      CaptchaRequiredError,
    ] as const,
});
