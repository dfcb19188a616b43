import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import { costOfPage, toConnection } from '../../graphql/connection.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { toUserType, UserType } from '../../users/user.type.js';
import { type AdminContext, readingScopes, StaffOnly, viewerIn } from '../admin.context.js';
import { UserConnection, UserFilterInput, UserOrderName } from './user-filter.types.js';
import { MOST_AT_ONCE } from '../pages.js';

const descriptions = {
  users:
    'Users in pages, for administrators and those who help users, and for services: send a service token with the scope `users` or `support` (`SERVICE_TOKENS`) as `Authorization: Bearer …`. Others: FORBIDDEN.',
  search:
    'A number in any spelling, an id (also that of the system that the account was imported from), an email address or a ' +
    'username, each as a whole; or the beginning of a first, last or full name. Case does not matter, and `%` and `_` are ' +
    'ordinary characters. Blank or absent: all users.',
  filter: 'Which of them. Absent: all.',
  orderBy: 'In which order.',
  first: `How many users, 1 to ${MOST_AT_ONCE}.`,
  after:
    '`pageInfo.endCursor` of the previous page, with the same `orderBy`, `filter` and `search`. Absent: the first page.',
  user: 'One user by id, for administrators and those who help users, and for services with the scope `users` or `support`. Null: there is none. Others: FORBIDDEN.',
};

@Resolver()
export class UsersResolver {
  @FieldRateLimit()
  @StaffOnly('SUPPORT', readingScopes)
  @Query(() => UserConnection, { description: descriptions.users, complexity: costOfPage(MOST_AT_ONCE) })
  async users(
    @Arg('filter', () => UserFilterInput, { nullable: true, description: descriptions.filter })
    filter: UserFilterInput | null,
    @Arg('search', () => String, { nullable: true, description: descriptions.search }) search: string | null,
    @Arg('orderBy', () => UserOrderName, {
      defaultValue: UserOrderName.CREATED_AT_DESC,
      description: descriptions.orderBy,
    })
    orderBy: UserOrderName,
    @Arg('first', () => Int, { defaultValue: 20, description: descriptions.first }) first: number,
    @Arg('after', () => String, { nullable: true, description: descriptions.after }) after: string | null,
    @Ctx() context: AdminContext,
  ): Promise<UserConnection> {
    const page = await context.services.userList.list({ filter, search, orderBy, first, after: after ?? null });
    const viewer = await viewerIn(context);
    return toConnection(page, MOST_AT_ONCE, (user) => toUserType(user, viewer));
  }

  @FieldRateLimit()
  @StaffOnly('SUPPORT', readingScopes)
  @Query(() => UserType, { nullable: true, description: descriptions.user })
  async user(
    @Arg('id', () => ID, { description: 'As in `User.id`.' }) id: string,
    @Ctx() context: AdminContext,
  ): Promise<UserType | null> {
    const user = await context.services.userList.find(id);
    return user && toUserType(user, await viewerIn(context));
  }
}
