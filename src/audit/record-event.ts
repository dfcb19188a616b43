import { type SQL, sql } from 'drizzle-orm';
import { parameter } from '../database/statement.js';
import type { AuditActor, AuditKind } from './audit-event.table.js';
import type { Actor, Origin } from './origin.js';

/** Parts of statements that write the audit trail together with what its events tell of. */

/** An event of the audit trail, as expressions in a statement whose text is fixed. */
export interface AuditEvent {
  readonly kind: AuditKind | SQL;
  /** Absent: the parameter `now`. */
  readonly at?: SQL;
  /** Who did it; absent: the user. Only what a user or an anonymous person does comes from a request. An expression: from none. */
  readonly by?: Exclude<AuditActor, 'USER' | 'ADMINISTRATOR' | 'SERVICE_TOKEN'> | SQL;
  /** Whether whoever did it is a stranger to the user, who may read the event. Then only the id of the request is written. */
  readonly byStranger?: true;
  /** The device of the session that did it; absent: not by a session. */
  readonly deviceId?: SQL;
  /** Of a sign-in: whether the account knew the device. */
  readonly deviceKnown?: SQL;
  /** E.164, for what happens to a number. */
  readonly phoneNumber?: SQL;
  /** A JSON expression. */
  readonly details?: SQL;
}

const now = parameter('now', 'timestamptz');

/** The columns of where a request came from. Their parameters are among those of `beginSession`. */
const origin = {
  ip_address: parameter('ipAddress', 'text'),
  user_agent: parameter('userAgent', 'text'),
  request_id: parameter('requestId', 'text'),
};

/** Values for the parameters of `recordEvent`, unless the service or a command does it. */
export function originValues({ ipAddress, userAgent, requestId }: Origin) {
  return { ipAddress, userAgent, requestId };
}

/**
 * Writes one event for each row of `sessions` (a table expression with `id` and `user_id`). It is part of the statement
 * that does what the event tells of, so that neither is ever there without the other.
 */
export function recordEvent({ kind, by, byStranger, ...event }: AuditEvent, sessions: SQL): SQL {
  const fromRequest = by === undefined || by === 'ANONYMOUS';
  const { request_id } = origin;
  const columns = {
    at: event.at ?? now,
    kind: written(kind),
    user_id: sql`s.user_id`,
    session_id: sql`s.id`,
    ...(by && { actor_kind: written(by) }),
    ...(event.deviceId && { device_id: event.deviceId }),
    ...(event.deviceKnown && { device_known: event.deviceKnown }),
    ...(fromRequest && (byStranger ? { request_id } : origin)),
    ...(event.phoneNumber && { phone_number: event.phoneNumber }),
    ...(event.details && { details: event.details }),
  };
  return insertEvent(columns, sql`${sessions} AS s`);
}

/** What an administrator did, another service, or somebody at the machine. */
export interface Act extends Pick<AuditEvent, 'phoneNumber' | 'details'> {
  readonly kind: AuditKind;
}

/** Writes one event for each row of `users` (a table expression with `id`: the account; null: none). */
export function recordAct({ kind, phoneNumber, details }: Act, users: SQL): SQL {
  const columns = {
    at: now,
    kind: written(kind),
    user_id: sql`u.id`,
    actor_kind: parameter('actorKind', 'text'),
    actor_id: parameter('actorId', 'uuid'),
    actor_name: parameter('actorName', 'text'),
    session_id: parameter('actorSessionId', 'uuid'),
    ...origin,
    ...(phoneNumber && { phone_number: phoneNumber }),
    ...(details && { details }),
  };
  return insertEvent(columns, sql`${users} AS u`);
}

/** Values for the parameters of `recordAct`. */
export function actorValues(actor: Actor) {
  const administrator = actor.kind === 'ADMINISTRATOR' ? actor : null;
  return {
    actorKind: actor.kind,
    actorId: administrator?.userId ?? null,
    actorName: actor.kind === 'SERVICE_TOKEN' ? actor.name : null,
    actorSessionId: administrator?.sessionId ?? null,
    ...originValues(actor.origin),
  };
}

/** A word of one of the closed lists, as it stands in a text. */
function written(word: AuditKind | AuditActor | SQL): SQL {
  return typeof word === 'string' ? sql.raw(`'${word}'`) : word;
}

function insertEvent(columns: Readonly<Record<string, SQL>>, rows: SQL): SQL {
  return sql`
    INSERT INTO audit_events (${sql.raw(Object.keys(columns).join(', '))})
    SELECT ${sql.join(Object.values(columns), sql`, `)}
    FROM ${rows}`;
}
