import { GraphQLJSON } from 'graphql-scalars';
import { createUnionType, Field, InputType, ObjectType } from 'type-graphql';
import {
  AccountDisabledError,
  InvalidCredentialsError,
  InvalidInputError,
  InvalidTokenError,
} from '../../graphql/user-error.js';
import { Tokens } from '../../sessions/tokens.type.js';
import { UserType } from '../../users/user.type.js';
import { deviceTokenField, issuedDeviceTokenField, newTokensField } from '../sign-in-fields.types.js';

@InputType({ description: 'Which account is meant.' })
export class StartPasskeySignInInput {
  @Field(() => String, {
    nullable: true,
    description: 'Then no other account opens. Left out: the browser offers the passkeys that it has.',
  })
  phoneNumber?: string | null;
}

@ObjectType({ description: 'Ask the browser for a passkey. The challenge is good for 5 minutes, and once.' })
export class StartPasskeySignInSuccess {
  @Field(() => GraphQLJSON, {
    description:
      '`PublicKeyCredentialRequestOptionsJSON` of WebAuthn. It lists no passkeys, unless the user is signed in: so it says nothing about anyone.',
  })
  options!: object;
}

export const StartPasskeySignInResult = createUnionType({
  name: 'StartPasskeySignInResult',
  description: 'The result of `startPasskeySignIn`.',
  types: () => [StartPasskeySignInSuccess, InvalidInputError] as const,
});

@InputType({ description: 'What the browser answered.' })
export class FinishPasskeySignInInput {
  @Field(() => GraphQLJSON, { description: '`AuthenticationResponseJSON` of WebAuthn, as the browser gave it.' })
  response!: unknown;

  @Field(() => String, deviceTokenField)
  deviceToken?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The `continuationToken` of a `FurtherProofRequiredError`: the passkey is the further proof, and a password reset that waited for one is carried out.',
  })
  continuationToken?: string | null;
}

@ObjectType({ description: 'Signed in.' })
export class FinishPasskeySignInSuccess {
  @Field(() => UserType, { description: 'The account.' })
  user!: UserType;

  @Field(() => Tokens, newTokensField)
  tokens!: Tokens;

  @Field(() => String, issuedDeviceTokenField)
  deviceToken!: string | null;
}

export const FinishPasskeySignInResult = createUnionType({
  name: 'FinishPasskeySignInResult',
  description: 'The result of `finishPasskeySignIn`.',
  types: () => [FinishPasskeySignInSuccess, InvalidTokenError, InvalidCredentialsError, AccountDisabledError] as const,
});
