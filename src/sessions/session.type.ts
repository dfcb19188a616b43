import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import type { SessionRow } from './session.repository.js';

@ObjectType('Session', { description: 'A session: one sign-in on one device.' })
export class SessionType {
  @Field(() => ID, { description: 'For `revokeSession`. It is the `sid` of access tokens.' })
  id!: string;

  @Field(() => GraphQLDateTime, { description: 'When the user signed in.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When the session last got new tokens.' })
  lastUsedAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When the session ends if it is not refreshed.' })
  expiresAt!: Date;

  @Field(() => Boolean, { description: 'Whether this is the session of the request.' })
  current!: boolean;

  @Field(() => String, { nullable: true, description: 'The IP address that last used the session.' })
  ipAddress!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'User-Agent header of the device. Show it in a readable form.',
  })
  userAgent!: string | null;
}

export function toSessionType(session: SessionRow, currentSessionId: string | null): SessionType {
  const { id, createdAt, lastUsedAt, expiresAt, ipAddress, userAgent } = session;
  const fields = { id, createdAt, lastUsedAt, expiresAt, ipAddress, userAgent };
  return Object.assign(new SessionType(), fields, { current: id === currentSessionId });
}
