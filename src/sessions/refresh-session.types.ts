import { createUnionType, Field, ObjectType } from 'type-graphql';
import { InvalidTokenError } from '../graphql/user-error.js';
import { UserType } from '../users/user.type.js';
import { Tokens } from './tokens.type.js';

@ObjectType({ description: 'The session continues with new tokens.' })
export class RefreshSessionSuccess {
  @Field(() => Tokens, { description: 'The new tokens. Forget the old ones.' })
  tokens!: Tokens;

  @Field(() => UserType, { description: 'The user, read just now.' })
  user!: UserType;
}

export const RefreshSessionResult = createUnionType({
  name: 'RefreshSessionResult',
  description: 'The result of `refreshSession`.',
  types: () => [RefreshSessionSuccess, InvalidTokenError] as const,
});
