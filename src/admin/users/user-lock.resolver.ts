import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { OutsideSupergraph } from '../../graphql/outside-supergraph.js';
import { UserType } from '../../users/user.type.js';
import { type AdminContext, mayRead } from '../admin.context.js';
import { toUserLock, UserLock } from './user-lock.type.js';

@Resolver(() => UserType)
export class UserLockResolver {
  @OutsideSupergraph()
  @FieldResolver(() => UserLock, {
    nullable: true,
    description:
      "An administrator's lock that holds. Null: there is none, or whoever asks has no role, and is not told of locks here.",
  })
  async lock(@Root() { id, locking }: UserType, @Ctx() context: AdminContext): Promise<UserLock | null> {
    if (!(await mayRead(context))) return null;
    return toUserLock(id, context.services.userList.lockThatHolds(locking));
  }
}
