import { createUnionType, Field, ObjectType } from 'type-graphql';
import { InvalidTokenError } from '../graphql/user-error.js';
import { UserType } from '../users/user.type.js';
import { Tokens } from './tokens.type.js';

@ObjectType({ description: 'The session goes on with new tokens.' })
export class RefreshSessionSuccess {
  @Field(() => Tokens, { description: 'The new tokens. Forget the old ones.' })
  tokens!: Tokens;

  @Field(() => UserType, { description: 'The user as of now.' })
  user!: UserType;
}

export const RefreshSessionResult = createUnionType({
  name: 'RefreshSessionResult',
  description: 'What became of a refresh.',
  types: () => [RefreshSessionSuccess, InvalidTokenError] as const,
});
