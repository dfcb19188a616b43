import { createUnionType, Field, InputType, ObjectType } from 'type-graphql';
import {
  AccountLockedError,
  CaptchaRequiredError,
  InvalidCredentialsError,
  InvalidInputError,
  TooManyRequestsError,
} from '../graphql/user-error.js';
import { Tokens } from '../sessions/tokens.type.js';
import { UserType } from '../users/user.type.js';
import { captchaTokenField } from '../captcha/captcha-token.types.js';
import { deviceTokenField, issuedDeviceTokenField, newTokensField } from './sign-in-fields.types.js';

@InputType({ description: 'Who somebody says they are, and their password.' })
export class LoginInput {
  @Field(() => String, {
    description: 'Username, email, or a phone number that has been proved, as a person types it.',
  })
  identifier!: string;

  @Field(() => String, { description: 'The password.' })
  password!: string;

  @Field(() => String, captchaTokenField)
  captchaToken?: string | null;

  @Field(() => String, deviceTokenField)
  deviceToken?: string | null;
}

@ObjectType({ description: 'Signed in.' })
export class LoginSuccess {
  @Field(() => UserType, { description: 'The account.' })
  user!: UserType;

  @Field(() => Tokens, newTokensField)
  tokens!: Tokens;

  @Field(() => String, issuedDeviceTokenField)
  deviceToken!: string | null;
}

export const LoginResult = createUnionType({
  name: 'LoginResult',
  description: 'What became of a sign-in with a password.',
  types: () =>
    [
      LoginSuccess,
      InvalidInputError,
      InvalidCredentialsError,
      AccountLockedError,
      TooManyRequestsError,
      CaptchaRequiredError,
    ] as const,
});
