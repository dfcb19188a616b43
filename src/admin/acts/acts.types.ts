import { GraphQLDateTime } from 'graphql-scalars';
import { createUnionType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { InvalidInputError, ReauthenticationRequiredError, UserNotFoundError } from '../../graphql/user-error.js';
import { UserType } from '../../users/user.type.js';

const reasonField = {
  description:
    'Why, in 1 to 500 characters: for the audit trail and for other administrators. The user does not see it.',
};

@InputType({ description: 'An account to lock.' })
export class LockUserInput {
  @Field(() => ID, { description: 'The id of the user.' })
  id!: string;

  @Field(() => String, reasonField)
  reason!: string;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When the lock ends by itself. Null or left out: it lasts until `unlockUser`.',
  })
  until?: Date | null;
}

@ObjectType({ description: 'The account is locked, and all its sessions have ended.' })
export class LockUserSuccess {
  @Field(() => UserType, { description: 'The account.' })
  user!: UserType;

  @Field(() => Int, { description: 'How many living sessions were ended.' })
  endedSessions!: number;
}

export const LockUserResult = createUnionType({
  name: 'LockUserResult',
  description: 'The result of `lockUser`.',
  types: () => [LockUserSuccess, InvalidInputError, UserNotFoundError] as const,
});

@ObjectType({ description: 'The account is not locked.' })
export class UnlockUserSuccess {
  @Field(() => UserType, { description: 'The account.' })
  user!: UserType;
}

export const UnlockUserResult = createUnionType({
  name: 'UnlockUserResult',
  description: 'The result of `unlockUser`.',
  types: () => [UnlockUserSuccess, UserNotFoundError] as const,
});

@ObjectType({ description: 'The user is signed out everywhere, and no device is known to the account any more.' })
export class EndUserSessionsSuccess {
  @Field(() => Int, { description: 'How many living sessions were ended.' })
  endedSessions!: number;
}

export const EndUserSessionsResult = createUnionType({
  name: 'EndUserSessionsResult',
  description: 'The result of `endUserSessions`.',
  types: () => [EndUserSessionsSuccess, UserNotFoundError] as const,
});

@InputType({ description: 'An account to delete.' })
export class DeleteUserInput {
  @Field(() => ID, { description: 'The id of the user.' })
  id!: string;

  @Field(() => String, reasonField)
  reason!: string;
}

@ObjectType({ description: 'The account is deleted, with everything that is kept about its owner.' })
export class DeleteUserSuccess {
  @Field(() => GraphQLDateTime, { description: 'When it was deleted.' })
  deletedAt!: Date;
}

export const DeleteUserResult = createUnionType({
  name: 'DeleteUserResult',
  description: 'The result of `deleteUser`.',
  types: () => [DeleteUserSuccess, ReauthenticationRequiredError, InvalidInputError, UserNotFoundError] as const,
});
