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
      'The lock that holds. Null: the account is not locked, or the caller may not know. That takes a role, or a service token with the scope `users` or `support`.',
  })
  async lock(@Root() { id, locking }: UserType, @Ctx() context: AdminContext): Promise<UserLock | null> {
    if (!(await mayRead(context))) return null;
    return toUserLock(id, context.services.userList.lockThatHolds(locking));
  }
}
