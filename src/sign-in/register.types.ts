import { createUnionType, Field, InputType, Int, ObjectType } from 'type-graphql';
import {
  AccountLockedError,
  CaptchaRequiredError,
  InvalidInputError,
  InvalidOtpError,
  TooManyRequestsError,
} from '../graphql/user-error.js';
import { Tokens } from '../sessions/tokens.type.js';
import { UserType } from '../users/user.type.js';
import { captchaTokenField } from '../captcha/captcha-token.types.js';
import { issuedDeviceTokenField, newPasswordField, newTokensField } from './sign-in-fields.types.js';

@InputType({ description: 'A registration form.' })
export class RegisterInput {
  @Field(() => String, {
    description:
      'As a person types it: `+977 980-0000000`, or national where the deployment has a default country. It stays ' +
      'unproved until its code is verified.',
  })
  phoneNumber!: string;

  @Field(() => String, { description: 'Up to 254 characters. Unique regardless of upper and lower case.' })
  email!: string;

  @Field(() => String, newPasswordField)
  password!: string;

  @Field(() => String, { description: 'The password once more: both must be the same.' })
  passwordConfirm!: string;

  @Field(() => String, { description: 'Given name, up to 150 characters.' })
  firstName!: string;

  @Field(() => String, { description: 'Family name, up to 150 characters.' })
  lastName!: string;

  @Field(() => String, {
    nullable: true,
    description:
      '3 to 64 letters, digits, dots, hyphens and underscores, at least one letter. Unique regardless of case.',
  })
  username?: string | null;

  @Field(() => Int, { nullable: true, description: 'Where the user lives: the `id` of a city that `cities` lists.' })
  locationId?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The code that `requestOtp` sent to the number: it proves the number from the start. Deployments with ' +
      'REGISTRATION=code require it; where it is optional, a wrong one is refused all the same.',
  })
  verificationCode?: string | null;

  @Field(() => String, captchaTokenField)
  captchaToken?: string | null;
}

@ObjectType({ description: 'The account is made and its owner signed in.' })
export class RegisterSuccess {
  @Field(() => UserType, { description: 'The new account.' })
  user!: UserType;

  @Field(() => Tokens, newTokensField)
  tokens!: Tokens;

  @Field(() => String, issuedDeviceTokenField)
  deviceToken!: string | null;
}

export const RegisterResult = createUnionType({
  name: 'RegisterResult',
  description: 'What became of a registration.',
  types: () =>
    [
      RegisterSuccess,
      InvalidInputError,
      InvalidOtpError,
      AccountLockedError,
      TooManyRequestsError,
      CaptchaRequiredError,
    ] as const,
});
