import { GraphQLJSON } from 'graphql-scalars';
import { createUnionType, Field, InputType, ObjectType } from 'type-graphql';
import {
  AccountLockedError,
  InvalidCredentialsError,
  InvalidInputError,
  InvalidOtpError,
  TooManyRequestsError,
} from '../../graphql/user-error.js';
import { Tokens } from '../../sessions/tokens.type.js';
import { requestTokenField } from '../../sign-in/sign-in-fields.types.js';

@InputType({ description: 'A proof of who the signed-in user is: exactly one of its proofs.' })
export class ReauthenticateInput {
  @Field(() => String, {
    nullable: true,
    description: 'A code that `requestOtp` sent to the verified number of the account.',
  })
  otp?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'A code that `requestEmailOtp` sent to the verified email address of the account.',
  })
  emailOtp?: string | null;

  @Field(() => String, requestTokenField)
  requestToken?: string | null;

  @Field(() => String, { nullable: true, description: 'The password of the account.' })
  password?: string | null;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description:
      '`AuthenticationResponseJSON` of WebAuthn, by a passkey of the account: the answer to a `startPasskeySignIn` in the same session.',
  })
  passkeyResponse?: unknown;
}

@ObjectType({ description: 'The proof is written down in the session. Repeat the call that asked for it.' })
export class ReauthenticateSuccess {
  @Field(() => Tokens, {
    description:
      'Tokens of the same session, with the new `auth_time` and `amr`. The earlier access token works until it expires. The ' +
      'refresh token takes the place of the earlier one, and lives no longer.',
  })
  tokens!: Tokens;
}

export const ReauthenticateResult = createUnionType({
  name: 'ReauthenticateResult',
  description: 'The result of `reauthenticate`.',
  types: () =>
    [
      ReauthenticateSuccess,
      InvalidInputError,
      InvalidOtpError,
      InvalidCredentialsError,
      AccountLockedError,
      TooManyRequestsError,
    ] as const,
});
