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

  @Field(() => String, {
    nullable: true,
    description:
      'The `deviceToken` of the latest sign-in to this account on this device, if there was one. One that is not valid counts as none.',
  })
  deviceToken?: string | null;
}

@ObjectType({ description: 'Signed in.' })
export class LoginSuccess {
  @Field(() => UserType, { description: 'The account.' })
  user!: UserType;

  @Field(() => Tokens, { description: 'The tokens of the new session.' })
  tokens!: Tokens;

  @Field(() => String, {
    nullable: true,
    description:
      'Keep it on this device, beside the phone number, and send it along at the next sign-in. It signs nobody in; it ' +
      'keeps strangers who guess at this account from locking this device out.',
  })
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
