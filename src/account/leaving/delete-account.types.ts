import { GraphQLDateTime } from 'graphql-scalars';
import { createUnionType, Field, ObjectType } from 'type-graphql';
import { ReauthenticationRequiredError } from '../../graphql/user-error.js';

@ObjectType({
  description: 'The account is deleted, or will be. All sessions have ended, this one included.',
})
export class DeleteAccountSuccess {
  @Field(() => GraphQLDateTime, {
    description:
      'When the account was deleted. In the future if the service keeps deleted accounts for some days: until then, a ' +
      'sign-in cancels the deletion.',
  })
  deletedAt!: Date;
}

export const DeleteAccountResult = createUnionType({
  name: 'DeleteAccountResult',
  description: 'The result of `deleteAccount`.',
  types: () => [DeleteAccountSuccess, ReauthenticationRequiredError] as const,
});
