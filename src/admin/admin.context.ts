import type { ServiceScope, ServiceToken } from '../service-tokens/service-token.js';
import { forbidden, OnlyIf } from '../graphql/only-if.js';
import { keptOutside } from '../graphql/outside-supergraph.js';
import type { WithService } from '../graphql/service-only.js';
import { requireSession } from '../graphql/signed-in.js';
import type { CallerContext } from '../sessions/session.context.js';
import type { Admin, AdminLoaders } from './admin.js';
import { mayActAs, type StaffRole } from './staff.js';

const NO_SCOPE = 'This needs a service token with another scope, or somebody with a role.';
const NO_SERVICE = 'No service token may do this. It needs somebody with a role.';

/** What the resolvers of this room need. */
export interface AdminContext extends CallerContext, Pick<WithService<ServiceToken>, 'calledBy'> {
  readonly services: Admin['services'];
  readonly loaders: AdminLoaders;
}

/**
 * Allows a field only to administrators (`ADMIN`), or to those who help users, too (`SUPPORT`), and to services whose token has
 * one of the scopes. Below `@FieldRateLimit()`.
 */
export function StaffOnly(least: StaffRole, scopes: readonly ServiceScope[] = []): MethodDecorator {
  return keptOutside(
    OnlyIf<AdminContext>(async (context) => {
      const { calledBy } = context;
      if (calledBy && scopes.length === 0) return forbidden(NO_SERVICE);
      if (calledBy) return scopes.includes(calledBy.scope) ? null : forbidden(NO_SCOPE);
      return mayActAs((await requireSession(context)).user.role, least) ? null : forbidden();
    }),
  );
}

/** The session that `User.sessions` marks as the current one. A service has none. */
export async function viewerIn(context: AdminContext): Promise<{ readonly sessionId: string | null }> {
  return { sessionId: context.calledBy ? null : (await requireSession(context)).id };
}

/** Whether the caller is told of locks, wherever a user is read. */
export async function mayRead(context: AdminContext): Promise<boolean> {
  if (context.calledBy) return readingScopes.includes(context.calledBy.scope);
  const session = await context.session();
  return session !== null && mayActAs(session.user.role, 'SUPPORT');
}

/** Tokens that read accounts, and those that also act on them. */
export const readingScopes: readonly ServiceScope[] = ['users', 'support'];
export const actingScopes: readonly ServiceScope[] = ['support'];
