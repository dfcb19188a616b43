import { randomUUID } from 'node:crypto';
import { userTable } from '../../../src/users/user.table.js';
import type { TestService } from '../service.js';

type NewUser = typeof userTable.$inferInsert;

export const USERS = `query Users($filter: UserFilter, $search: String, $orderBy: UserOrder! = CREATED_AT_DESC, $first: Int! = 20, $after: String) {
  users(filter: $filter, search: $search, orderBy: $orderBy, first: $first, after: $after) {
    edges { cursor node { id firstName lastName } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

export interface UserPage {
  readonly names: readonly string[];
  readonly ids: readonly string[];
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** Users who are only rows, in the order of the list: the first was created first. */
export async function insertUsers(service: TestService, users: readonly Partial<NewUser>[]): Promise<string[]> {
  const now = service.clock.now().getTime();
  const rows = users.map((user, index) => {
    const createdAt = new Date(now - (users.length - index) * 60_000);
    return { id: randomUUID(), createdAt, updatedAt: createdAt, lastUsedAt: createdAt, ...user };
  });
  await service.db.insert(userTable).values(rows);
  return rows.map(({ id }) => id);
}

/** One page, as somebody with this token sees it. */
export async function usersPage(service: TestService, token: string, variables: object): Promise<UserPage> {
  const { body } = await service.graphql(USERS, variables, { token });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  const { edges, pageInfo } = body.data.users;
  const nodes: { id: string; firstName: string | null }[] = edges.map(({ node }: { node: object }) => node);
  return { ...pageInfo, ids: nodes.map(({ id }) => id), names: nodes.map(({ firstName }) => firstName ?? '') };
}

/** Page after page until there is none left. */
export async function allUsers(service: TestService, token: string, variables: object): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const page: UserPage = await usersPage(service, token, { ...variables, after });
    ids.push(...page.ids);
    [after, more] = [page.endCursor, page.hasNextPage];
  }
  return ids;
}
