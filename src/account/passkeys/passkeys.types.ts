import { GraphQLJSON } from 'graphql-scalars';
import { createUnionType, Field, InputType, ObjectType } from 'type-graphql';
import {
  InvalidInputError,
  InvalidTokenError,
  NotFoundError,
  ReauthenticationRequiredError,
} from '../../graphql/user-error.js';
import { UserType } from '../../users/user.type.js';
import { PasskeyType } from './passkey.type.js';

@ObjectType({ description: 'Ask the browser to make a passkey. The challenge is good for 5 minutes, and once.' })
export class StartPasskeyRegistrationSuccess {
  @Field(() => GraphQLJSON, { description: '`PublicKeyCredentialCreationOptionsJSON` of WebAuthn.' })
  options!: object;
}

export const StartPasskeyRegistrationResult = createUnionType({
  name: 'StartPasskeyRegistrationResult',
  description: 'The result of `startPasskeyRegistration`.',
  types: () => [StartPasskeyRegistrationSuccess, ReauthenticationRequiredError, InvalidInputError] as const,
});

@InputType({ description: 'What the browser answered.' })
export class FinishPasskeyRegistrationInput {
  @Field(() => GraphQLJSON, { description: '`RegistrationResponseJSON` of WebAuthn, as the browser gave it.' })
  response!: unknown;

  @Field(() => String, {
    nullable: true,
    description: 'What the user calls the passkey. Left out: browser and system, if they are known.',
  })
  name?: string | null;
}

@ObjectType({ description: 'The passkey is added. The owner is told of it.' })
export class FinishPasskeyRegistrationSuccess {
  @Field(() => PasskeyType, { description: 'The new passkey.' })
  passkey!: PasskeyType;

  @Field(() => UserType, { description: 'The account.' })
  user!: UserType;
}

export const FinishPasskeyRegistrationResult = createUnionType({
  name: 'FinishPasskeyRegistrationResult',
  description: 'The result of `finishPasskeyRegistration`.',
  types: () =>
    [FinishPasskeyRegistrationSuccess, InvalidInputError, InvalidTokenError, ReauthenticationRequiredError] as const,
});

@ObjectType({ description: 'The passkey has another name.' })
export class RenamePasskeySuccess {
  @Field(() => PasskeyType, { description: 'The passkey.' })
  passkey!: PasskeyType;
}

export const RenamePasskeyResult = createUnionType({
  name: 'RenamePasskeyResult',
  description: 'The result of `renamePasskey`.',
  types: () => [RenamePasskeySuccess, InvalidInputError, NotFoundError] as const,
});

@ObjectType({
  description: 'The passkey is removed, and opens nothing any more. Sessions stay. The owner is told of it.',
})
export class RemovePasskeySuccess {
  @Field(() => PasskeyType, { description: 'The passkey that was removed.' })
  passkey!: PasskeyType;

  @Field(() => UserType, { description: 'The account.' })
  user!: UserType;
}

export const RemovePasskeyResult = createUnionType({
  name: 'RemovePasskeyResult',
  description: 'The result of `removePasskey`.',
  types: () => [RemovePasskeySuccess, ReauthenticationRequiredError, NotFoundError] as const,
});
