import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import type { AdminLock } from '../../users/account-lock.js';

@ObjectType({ description: 'A lock: nobody signs in to the account, and its sessions are over.' })
export class UserLock {
  @Field(() => ID, {
    description: 'The id of the user. Caches of clients keep objects by type and id, and merge what they know of one.',
  })
  id!: string;

  @Field(() => String, { description: 'Why, in the words of whoever locked the account. Not for the user.' })
  reason!: string;

  @Field(() => GraphQLDateTime, { description: 'Since when the account is locked.' })
  lockedAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When the lock ends by itself. Null: never.' })
  until!: Date | null;
}

export function toUserLock(id: string, lock: AdminLock | null): UserLock | null {
  return lock && Object.assign(new UserLock(), { id, ...lock });
}
