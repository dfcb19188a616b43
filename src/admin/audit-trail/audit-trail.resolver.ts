import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { costOfPage, toConnection } from '../../graphql/connection.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { requireSession } from '../../graphql/signed-in.js';
import { toUserType, UserType } from '../../users/user.type.js';
import { type AdminContext, StaffOnly } from '../admin.context.js';
import { PAGE_ARGUMENTS } from '../page.types.js';
import { MOST_AT_ONCE } from '../pages.js';
import { AuditEventConnection, AuditEventType, toAuditEvent } from './audit-event.type.js';
import { AuditEventFilter, toAuditFilter } from './audit-trail.types.js';

@Resolver(() => AuditEventType)
export class AuditTrailResolver {
  @FieldRateLimit()
  @StaffOnly('SUPPORT')
  @Query(() => AuditEventConnection, {
    description:
      'The audit trail: who did what, to whom, when and from where, the newest first. Wrong proofs are there when their ' +
      'quarter of an hour is over. For ADMIN, and for SUPPORT with masked numbers.',
    complexity: costOfPage(MOST_AT_ONCE),
  })
  async auditEvents(
    @Arg('filter', () => AuditEventFilter, { nullable: true, description: 'Which events. Absent: all.' })
    filter: AuditEventFilter | null,
    @Arg('first', () => Int, { defaultValue: 20, description: PAGE_ARGUMENTS.first }) first: number,
    @Arg('after', () => String, { nullable: true, description: PAGE_ARGUMENTS.after }) after: string | null,
    @Ctx() context: AdminContext,
  ): Promise<AuditEventConnection> {
    const { user } = await requireSession(context);
    const page = { first, after: after ?? null };
    const events = await context.services.auditTrail.list(toAuditFilter(filter ?? null), page, user.role);
    return toConnection(events, MOST_AT_ONCE, toAuditEvent);
  }

  @FieldResolver(() => UserType, {
    nullable: true,
    description: 'Who did it. Null: nobody with an account, or one that is gone.',
  })
  actor(@Root() { actorId }: AuditEventType, @Ctx() context: AdminContext): Promise<UserType | null> {
    return userOf(actorId, context);
  }

  @FieldResolver(() => UserType, {
    nullable: true,
    description: 'On whom. Null: on nobody, or on an account that is gone.',
  })
  user(@Root() { userId }: AuditEventType, @Ctx() context: AdminContext): Promise<UserType | null> {
    return userOf(userId, context);
  }
}

/** All users of a page are read together. */
async function userOf(id: string | null, context: AdminContext): Promise<UserType | null> {
  const user = id === null ? null : await context.loaders.usersById.load(id);
  return user && toUserType(user, { sessionId: (await requireSession(context)).id });
}
