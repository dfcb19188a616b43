import { createUnionType, Field, InputType, ObjectType } from 'type-graphql';
import {
  AccountLockedError,
  CaptchaRequiredError,
  InvalidInputError,
  InvalidOtpError,
  RegistrationRequiredError,
  TooManyRequestsError,
} from '../graphql/user-error.js';
import { Tokens } from '../sessions/tokens.type.js';
import { UserType } from '../users/user.type.js';
import { captchaTokenField } from '../captcha/captcha-token.types.js';
import { deviceTokenField, issuedDeviceTokenField, newTokensField } from './sign-in-fields.types.js';

@InputType({ description: 'A phone number and the code that was sent to it.' })
export class VerifyOtpInput {
  @Field(() => String, {
    description: 'The number as a person types it, or the `phoneNumber` that `requestOtp` returned.',
  })
  phoneNumber!: string;

  @Field(() => String, { description: 'The code: 6 digits of any script; spaces and hyphens between them do no harm.' })
  otp!: string;

  @Field(() => String, captchaTokenField)
  captchaToken?: string | null;

  @Field(() => String, deviceTokenField)
  deviceToken?: string | null;
}

@ObjectType({ description: 'The number is proved and its owner signed in.' })
export class VerifyOtpSuccess {
  @Field(() => UserType, { description: 'The account of the number.' })
  user!: UserType;

  @Field(() => Tokens, newTokensField)
  tokens!: Tokens;

  @Field(() => Boolean, { description: 'Whether the account was made just now: show the welcome.' })
  newMember!: boolean;

  @Field(() => String, issuedDeviceTokenField)
  deviceToken!: string | null;
}

export const VerifyOtpResult = createUnionType({
  name: 'VerifyOtpResult',
  description: 'What became of a code.',
  types: () =>
    [
      VerifyOtpSuccess,
      InvalidInputError,
      InvalidOtpError,
      AccountLockedError,
      RegistrationRequiredError,
      TooManyRequestsError,
      CaptchaRequiredError,
    ] as const,
});
