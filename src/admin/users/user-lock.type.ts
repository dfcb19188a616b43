import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import type { AdminLock } from '../../users/admin-lock.js';

@ObjectType({ description: "An administrator's lock: nobody signs in to the account, and its sessions are over." })
export class UserLock {
  @Field(() => String, { description: 'Why, in the words of whoever locked the account. Not for the user.' })
  reason!: string;

  @Field(() => GraphQLDateTime, { description: 'Since when the account is locked.' })
  lockedAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When the lock ends by itself. Null: never.' })
  until!: Date | null;
}

export function toUserLock(lock: AdminLock | null): UserLock | null {
  return lock && Object.assign(new UserLock(), lock);
}
