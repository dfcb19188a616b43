import { OnlyIf } from '../graphql/only-if.js';
import { keptOutside } from '../graphql/outside-supergraph.js';
import type { CallerContext } from '../sessions/session.context.js';
import type { LiveSession } from '../sessions/session.repository.js';
import type { Admin, AdminLoaders } from './admin.js';
import { mayActAs, type StaffRole } from './staff.js';

/** What the resolvers of this room need. */
export interface AdminContext extends CallerContext {
  readonly services: Admin['services'];
  readonly loaders: AdminLoaders;
}

/** Allows a field only to administrators (`ADMIN`), or to those who help users, too (`SUPPORT`). Below `@FieldRateLimit()`. */
export function StaffOnly(least: StaffRole): MethodDecorator {
  return keptOutside(OnlyIf<LiveSession>(({ user }) => mayActAs(user.role, least)));
}
