import { createUnionType, Field, ObjectType } from 'type-graphql';
import { ReauthenticationRequiredError } from '../../graphql/user-error.js';
import { UserType } from '../../users/user.type.js';

@ObjectType({ description: 'The account has no password. All other sessions have ended.' })
export class RemovePasswordSuccess {
  @Field(() => UserType, { description: 'The account.' })
  user!: UserType;
}

export const RemovePasswordResult = createUnionType({
  name: 'RemovePasswordResult',
  description: 'The result of `removePassword`.',
  types: () => [RemovePasswordSuccess, ReauthenticationRequiredError] as const,
});
