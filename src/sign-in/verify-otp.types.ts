import { createUnionType, Field, InputType, ObjectType } from 'type-graphql';
import {
  AccountDisabledError,
  AccountLockedError,
  CaptchaRequiredError,
  FurtherProofRequiredError,
  InvalidInputError,
  InvalidOtpError,
  RegistrationRequiredError,
  TooManyRequestsError,
} from '../graphql/user-error.js';
import { Tokens } from '../sessions/tokens.type.js';
import { UserType } from '../users/user.type.js';
import { captchaTokenField } from '../captcha/captcha-token.types.js';
import {
  deviceTokenField,
  issuedDeviceTokenField,
  newTokensField,
  passkeySuggestedField,
  requestTokenField,
} from './sign-in-fields.types.js';

@InputType({ description: 'A phone number and the code that was sent to it.' })
export class VerifyOtpInput {
  @Field(() => String, {
    description: 'The number as a person types it, or the `phoneNumber` that `requestOtp` returned.',
  })
  phoneNumber!: string;

  @Field(() => String, {
    description:
      'The code: 6 digits of any script. Spaces and hyphens are ignored. It can be the text of the whole message, up to 256 ' +
      'characters, if one code of 6 digits stands in it.',
  })
  otp!: string;

  @Field(() => String, requestTokenField)
  requestToken?: string | null;

  @Field(() => String, captchaTokenField)
  captchaToken?: string | null;

  @Field(() => String, deviceTokenField)
  deviceToken?: string | null;
}

@ObjectType({ description: 'The number is verified and the user is signed in.' })
export class VerifyOtpSuccess {
  @Field(() => UserType, { description: 'The account of the number.' })
  user!: UserType;

  @Field(() => Tokens, newTokensField)
  tokens!: Tokens;

  @Field(() => Boolean, { description: 'Whether the account was created just now.' })
  newMember!: boolean;

  @Field(() => Boolean, passkeySuggestedField)
  passkeySuggested!: boolean;

  @Field(() => String, issuedDeviceTokenField)
  deviceToken!: string | null;
}

export const VerifyOtpResult = createUnionType({
  name: 'VerifyOtpResult',
  description: 'The result of `verifyOtp`.',
  types: () =>
    [
      VerifyOtpSuccess,
      InvalidInputError,
      InvalidOtpError,
      AccountLockedError,
      AccountDisabledError,
      RegistrationRequiredError,
      FurtherProofRequiredError,
      TooManyRequestsError,
      CaptchaRequiredError,
    ] as const,
});
