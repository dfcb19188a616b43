import { createUnionType, Field, InputType, Int, ObjectType } from 'type-graphql';
import {
  AccountDisabledError,
  AccountLockedError,
  CaptchaRequiredError,
  InvalidInputError,
  InvalidOtpError,
  TooManyRequestsError,
} from '../graphql/user-error.js';
import { Tokens } from '../sessions/tokens.type.js';
import { UserType } from '../users/user.type.js';
import { captchaTokenField } from '../captcha/captcha-token.types.js';
import {
  issuedDeviceTokenField,
  newPasswordField,
  newTokensField,
  passkeySuggestedField,
  requestTokenField,
} from './sign-in-fields.types.js';

@InputType({
  description:
    'A registration form. Which fields are required beside `phoneNumber`: `signInOptions.registrationFields`. What is left ' +
    'out can be added later.',
})
export class RegisterInput {
  @Field(() => String, {
    description:
      'As a person types it: `+977 980-0000000`, or in national form if DEFAULT_REGION is set. It is unverified until its ' +
      'code is verified.',
  })
  phoneNumber!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Up to 254 characters. No other account that has verified its number may have it; upper and lower case do not matter.',
  })
  email?: string | null;

  @Field(() => String, { ...newPasswordField, nullable: true })
  password?: string | null;

  @Field(() => String, { nullable: true, description: 'The password again. Both must be equal.' })
  passwordConfirm?: string | null;

  @Field(() => String, { nullable: true, description: 'Given name, up to 150 characters.' })
  firstName?: string | null;

  @Field(() => String, { nullable: true, description: 'Family name, up to 150 characters.' })
  lastName?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      '3 to 64 letters, digits, dots, hyphens and underscores, with at least one letter. No other account that has ' +
      'verified its number may have it; upper and lower case do not matter.',
  })
  username?: string | null;

  @Field(() => Int, { nullable: true, description: 'Where the user lives: the `id` of a city from `cities`.' })
  locationId?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The code that `requestOtp` sent to the number. With it, the number is verified from the start. REGISTRATION=code, ' +
      'the default in production, makes it required. A wrong code is refused even where it is optional.',
  })
  verificationCode?: string | null;

  @Field(() => String, requestTokenField)
  requestToken?: string | null;

  @Field(() => String, captchaTokenField)
  captchaToken?: string | null;
}

@ObjectType({ description: 'The account is created and the user is signed in.' })
export class RegisterSuccess {
  @Field(() => UserType, { description: 'The new account.' })
  user!: UserType;

  @Field(() => Tokens, newTokensField)
  tokens!: Tokens;

  @Field(() => Boolean, passkeySuggestedField)
  passkeySuggested!: boolean;

  @Field(() => String, issuedDeviceTokenField)
  deviceToken!: string | null;
}

export const RegisterResult = createUnionType({
  name: 'RegisterResult',
  description: 'The result of `register`.',
  types: () =>
    [
      RegisterSuccess,
      AccountDisabledError,
      InvalidInputError,
      InvalidOtpError,
      AccountLockedError,
      TooManyRequestsError,
      CaptchaRequiredError,
    ] as const,
});
