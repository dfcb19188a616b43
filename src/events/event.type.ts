import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../graphql/connection.js';
import type { EventKind } from './event.table.js';
import type { DescribedEvent } from './event-description.js';

export enum EventKindName {
  USER_CREATED = 'user.created',
  USER_PHONE_VERIFIED = 'user.phone_verified',
  USER_UPDATED = 'user.updated',
  USER_NUMBER_CHANGED = 'user.number_changed',
  USER_LOCKED = 'user.locked',
  USER_DELETED = 'user.deleted',
  SESSION_STARTED = 'session.started',
  SESSION_ENDED = 'session.ended',
}

registerEnumType(EventKindName, {
  name: 'EventKind',
  description: 'What happened. Values may be added: skip one that you do not know.',
  valuesConfig: {
    USER_CREATED: {
      description: '`user.created`: an account was made, by its first sign-in, a registration or an import.',
    },
    USER_PHONE_VERIFIED: { description: '`user.phone_verified`: an account has verified its number.' },
    USER_UPDATED: {
      description: '`user.updated`: something about the account changed, or an administrator unlocked it.',
    },
    USER_NUMBER_CHANGED: { description: '`user.number_changed`: the account has another number, or none any more.' },
    USER_LOCKED: { description: '`user.locked`: an administrator locked the account.' },
    USER_DELETED: { description: '`user.deleted`: the account is gone. It is the last event of the user.' },
    SESSION_STARTED: { description: '`session.started`: the user signed in.' },
    SESSION_ENDED: {
      description: '`session.ended`: one session ended, or all but some. A session that expires makes no event.',
    },
  },
});

@ObjectType({ simpleResolvers: true, description: 'Something that happened to an account or a session.' })
export class Event {
  @Field(() => ID, { description: 'Stable id (UUID): the `webhook-id` of the event, too. Handle each id once.' })
  id!: string;

  @Field(() => EventKindName, { description: 'What happened.' })
  kind!: EventKind;

  @Field(() => GraphQLDateTime, { description: 'When it happened. Go by the order of the list, not by this time.' })
  at!: Date;

  @Field(() => ID, { description: 'Whose account. It may be gone.' })
  userId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'Which session started or ended. Null: the event is about the account, or all sessions ended but `data.livingSessionIds`.',
  })
  sessionId!: string | null;

  @Field(() => GraphQLJSON, {
    description:
      'The `data` of the webhook of this event (docs/events.md): of events of users the account as it is now, `user`, or null after its deletion.',
  })
  data!: object;
}

export const EventConnection = connectionType(Event, {
  name: 'Event',
  connection: 'One page of the stream of events, the oldest first.',
  edge: 'An event with its cursor.',
});
export type EventConnection = InstanceType<typeof EventConnection>;

/** An event as other services see it. */
export function toEvent({ id, kind, at, userId, sessionId, data }: DescribedEvent): Event {
  return Object.assign(new Event(), { id, kind, at, userId, sessionId, data });
}
