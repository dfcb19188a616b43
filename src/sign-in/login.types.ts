import { createUnionType, Field, InputType, ObjectType } from 'type-graphql';
import {
  AccountDisabledError,
  AccountLockedError,
  CaptchaRequiredError,
  FurtherProofRequiredError,
  InvalidCredentialsError,
  InvalidInputError,
  TooManyRequestsError,
} from '../graphql/user-error.js';
import { Tokens } from '../sessions/tokens.type.js';
import { UserType } from '../users/user.type.js';
import { captchaTokenField } from '../captcha/captcha-token.types.js';
import { deviceTokenField, issuedDeviceTokenField, newTokensField } from './sign-in-fields.types.js';

@InputType({ description: 'An identifier and a password.' })
export class LoginInput {
  @Field(() => String, {
    description: 'Username, email or verified phone number, as a person types it.',
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
  description: 'The result of `login`.',
  types: () =>
    [
      LoginSuccess,
      FurtherProofRequiredError,
      InvalidInputError,
      InvalidCredentialsError,
      AccountLockedError,
      AccountDisabledError,
      TooManyRequestsError,
      CaptchaRequiredError,
    ] as const,
});
