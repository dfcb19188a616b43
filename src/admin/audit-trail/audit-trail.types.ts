import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, InputType } from 'type-graphql';
import { AuditKindName } from './audit-event.type.js';
import type { ShownKind } from './audit-kinds.js';
import type { AuditFilter } from './audit-trail.service.js';

@InputType({ description: 'Which events. All that is given must hold.' })
export class AuditEventFilter {
  @Field(() => ID, { nullable: true, description: 'The account that it happened to.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Who did it, the users of accounts themselves included.' })
  actorId?: string | null;

  @Field(() => String, { nullable: true, description: 'As `AuditEvent.actorName`: the service whose token did it.' })
  actorName?: string | null;

  @Field(() => [AuditKindName], { nullable: true, description: 'One of these. An empty list matches nothing.' })
  kinds?: ShownKind[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'A number in any spelling: what happened to it. What happened to an account is found by `userId`.',
  })
  phoneNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'The whole address.' })
  ipAddress?: string | null;

  @Field(() => String, { nullable: true, description: '`x-request-id`.' })
  requestId?: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'From then on.' })
  from?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Before then.' })
  to?: Date | null;
}

export function toAuditFilter(filter: AuditEventFilter | null): AuditFilter {
  const { userId = null, actorId = null, actorName = null, kinds = null, phoneNumber = null } = filter ?? {};
  const { ipAddress = null, requestId = null, from = null, to = null } = filter ?? {};
  return { userId, actorId, actorName, kinds, phoneNumber, ipAddress, requestId, from, to };
}
