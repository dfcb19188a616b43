import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import type { SessionRow } from './session.repository.js';

@ObjectType('Session', { description: 'A sign-in on one device, for as long as it lasts.' })
export class SessionType {
  @Field(() => ID, { description: 'Takes `revokeSession`; the `sid` of access tokens.' })
  id!: string;

  @Field(() => GraphQLDateTime, { description: 'When the user signed in.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When the session last got new tokens.' })
  lastUsedAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it ends unless it is refreshed before.' })
  expiresAt!: Date;

  @Field(() => Boolean, { description: 'Whether it is the session that asks.' })
  current!: boolean;

  @Field(() => String, { nullable: true, description: 'Address that it was last used from.' })
  ipAddress!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'User-Agent header of the device, to be shown in a readable form.',
  })
  userAgent!: string | null;
}

export function toSessionType(session: SessionRow, currentSessionId: string): SessionType {
  const { id, createdAt, lastUsedAt, expiresAt, ipAddress, userAgent } = session;
  const fields = { id, createdAt, lastUsedAt, expiresAt, ipAddress, userAgent };
  return Object.assign(new SessionType(), fields, { current: id === currentSessionId });
}
