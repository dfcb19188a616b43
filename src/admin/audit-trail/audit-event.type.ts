import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { type AuditActor, auditActors } from '../../audit/audit-event.table.js';
import { connectionType } from '../../graphql/connection.js';
import { type ShownKind, shownKinds } from './audit-kinds.js';
import type { AuditEntry } from './audit-trail.service.js';

const named = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, name])) as { readonly [Each in Name]: Each };

export const AuditKindName = named(shownKinds);
export const AuditActorName = named(auditActors);

registerEnumType(AuditActorName, {
  name: 'AuditActor',
  description: 'Who did it.',
  valuesConfig: {
    USER: { description: 'The user of the account.' },
    ADMINISTRATOR: { description: 'Somebody with the role ADMIN or SUPPORT.' },
    SERVICE_TOKEN: { description: 'Another service, with its token: `actorName`.' },
    COMMAND: { description: 'Somebody at the machine.' },
    SERVICE: { description: 'The service itself.' },
    ANONYMOUS: { description: 'Somebody who was not signed in, or did not prove who they are.' },
  },
});

registerEnumType(AuditKindName, {
  name: 'AuditKind',
  description: 'What happened. Values may be added: show the name of one that you do not know.',
  valuesConfig: {
    REGISTERED: { description: 'An account was made.' },
    SIGNED_IN: { description: 'A session began. `details.methods`: how, as in the claim `amr` of access tokens.' },
    SIGN_IN_FAILED: {
      description:
        'Wrong proofs, added up for a quarter of an hour: `count` of them. `details.proof` is PASSWORD, CURRENT_PASSWORD or ' +
        'CODE, with the `purpose` of the code.',
    },
    LOCKED: { description: 'Wrong proofs have locked a number or an account until `details.lockedUntil`.' },
    SESSION_ENDED: { description: 'One session ended (`details.sessionId`), or several.' },
    REFRESH_TOKEN_REUSED: { description: 'A refresh token came for the second time, so its session was ended.' },
    REAUTHENTICATED: { description: 'A user proved again who they are.' },
    NUMBER_PROVED: { description: 'A number was proved to another application.' },
    PHONE_VERIFIED: { description: 'An account has verified its number.' },
    PHONE_CHANGED: { description: 'An account has a new number.' },
    PHONE_MOVED: { description: 'The number of an account went to a new account.' },
    CHANGE_REVERTED: { description: 'A change of number was taken back.' },
    EMAIL_VERIFIED: { description: 'An account has verified an email address.' },
    PASSWORD_CHANGED: { description: 'A user has set a password.' },
    PASSWORD_RESET: { description: 'A forgotten password was set anew, by a code.' },
    PASSWORD_REMOVED: { description: 'A user has removed the password.' },
    PASSKEY_ADDED: { description: 'A user has added a passkey: `details.name`.' },
    PASSKEY_RENAMED: { description: 'A user has given a passkey another name.' },
    PASSKEY_REMOVED: { description: 'A user has removed a passkey.' },
    PASSKEY_CLONED: {
      description:
        'The counter of a passkey went back, so there are two copies of its key. It opens nothing any more, and all sessions ended.',
    },
    PROFILE_UPDATED: { description: 'A user has changed the profile.' },
    DATA_EXPORTED: { description: 'A user got what is kept about them, or somebody at the machine got it for them.' },
    DELETION_REQUESTED: { description: 'A user has asked for the deletion of the account, which waits.' },
    DELETION_CANCELLED: { description: 'A sign-in has cancelled the deletion that waited.' },
    USER_DELETED: { description: 'An account was deleted. `details.reason`: why, if an administrator did it.' },
    ROLE_CHANGED: { description: 'An account has another role: `details.from`, `details.to`.' },
    USER_UPDATED: { description: 'An account was changed, not by its user.' },
    USER_LOCKED: { description: 'An account was locked: `details.reason`.' },
    USER_UNLOCKED: { description: 'An account was unlocked.' },
    LIMITS_CLEARED: { description: 'The limits of a number were lifted.' },
    DESTINATION_BLOCKED: { description: 'An administrator has blocked a destination.' },
    DESTINATION_UNBLOCKED: { description: 'An administrator has ended a block.' },
    SENDS_PAUSED: { description: 'The pumping guard has paused a destination.' },
    PAUSE_LIFTED: { description: 'A pause was ended.' },
    USERS_IMPORTED: { description: 'Accounts were imported from a file.' },
    SIGNING_KEY_ROTATED: { description: 'The key that signs access tokens was changed.' },
  },
});

@ObjectType('AuditEvent', {
  simpleResolvers: true,
  description: 'Something that happened, as the audit trail keeps it. Nobody changes it afterwards.',
})
export class AuditEventType {
  @Field(() => ID, { description: 'Stable id (UUID).' })
  id!: string;

  @Field(() => GraphQLDateTime, { description: 'When. Of failures that were added up: the last one.' })
  at!: Date;

  @Field(() => AuditKindName, { description: 'What happened.' })
  kind!: ShownKind;

  @Field(() => AuditActorName, { description: 'Who did it.' })
  actorKind!: AuditActor;

  @Field(() => ID, {
    nullable: true,
    description: 'The account of whoever did it. Null: nobody with an account, or one that is gone.',
  })
  actorId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The name of the service whose token did it, as in `SERVICE_TOKENS`. Null: no token of a service did.',
  })
  actorName!: string | null;

  @Field(() => ID, { nullable: true, description: 'On whom. Null: on nobody, or on an account that is gone.' })
  userId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The session of whoever did it. Null: none, or they are gone.' })
  sessionId!: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Of a sign-in: whether the account knew the device. Null: not known, or no sign-in.',
  })
  deviceKnown!: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'The address that the request came from. Null: from none, from several, or from somebody who is gone.',
  })
  ipAddress!: string | null;

  @Field(() => String, { nullable: true, description: '`User-Agent` of the request. Null: not known.' })
  userAgent!: string | null;

  @Field(() => String, {
    nullable: true,
    description: '`x-request-id` of the request, also in its log line. Null: no request, or several.',
  })
  requestId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'E.164, masked for SUPPORT, for what happens to a number. Null: it is about no number.',
  })
  phoneNumber!: string | null;

  @Field(() => Int, { description: 'Of failures that were added up: how many. Otherwise 1.' })
  count!: number;

  @Field(() => GraphQLJSON, { description: 'What else is known, by `kind`. Numbers in it are masked for SUPPORT.' })
  details!: object;
}

export const AuditEventConnection = connectionType(AuditEventType, {
  name: 'AuditEvent',
  connection: 'Events of the audit trail, the newest first.',
  edge: 'An event in its list.',
});
export type AuditEventConnection = InstanceType<typeof AuditEventConnection>;

export function toAuditEvent({ deviceId: _deviceId, ...entry }: AuditEntry): AuditEventType {
  return Object.assign(new AuditEventType(), entry);
}
