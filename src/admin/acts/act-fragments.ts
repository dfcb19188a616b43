import { sql } from 'drizzle-orm';
import { actorValues } from '../../audit/record-event.js';
import { parameter } from '../../database/statement.js';
import { anotherAdministrator, lockPeople } from '../../users/administrators.js';
import type { Role } from '../../users/user.table.js';
import type { Acting } from './acting.js';

/** Parts that every act on an account begins with. */

/** What an act was decided by. */
export interface DecidedAct {
  readonly acting: Acting;
  /** On whom. */
  readonly userId: string;
  /** Their role, when it was decided. */
  readonly seenRole: Role;
  /** Whether it takes an administrator away: another one must be left. */
  readonly endsAdministrator: boolean;
  readonly now: Date;
}

/** Values for the parameters of `judged` and of `recordAct`. */
export function actValues({ acting, userId, seenRole, endsAdministrator, now }: DecidedAct) {
  return { ...actorValues(acting.actor), actorRole: acting.role, userId, seenRole, endsAdministrator, now };
}

const [userId, now] = [parameter('userId', 'uuid'), parameter('now', 'timestamptz')];
const [actorId, actorRole] = [parameter('actorId', 'uuid'), parameter('actorRole', 'text')];
const endsAdministrator = parameter('endsAdministrator', 'boolean');
const actor = sql`(SELECT session_epoch FROM people WHERE id = ${actorId} AND role = ${actorRole})`;

/**
 * The rows of both people are locked, then that of the session (docs/decisions/0022), and the decision is judged again.
 * `allowed` has a row if whoever acts still may: an administrator's session lives and the role is the same. Tokens and commands
 * have no session. `account` is the row to act on, if its role is as it was decided by, and another administrator is left.
 */
export const judged = sql`
    people AS (${lockPeople(sql`SELECT unnest(ARRAY[${userId}, ${actorId}])`, endsAdministrator)}),
    asking AS (
      SELECT id FROM sessions
      WHERE id = ${parameter('actorSessionId', 'uuid')} AND user_id = ${actorId} AND ended_at IS NULL AND expires_at > ${now}
        AND epoch >= ${actor}
      FOR UPDATE
    ),
    allowed AS (SELECT 1 WHERE ${parameter('actorKind', 'text')} <> 'ADMINISTRATOR' OR EXISTS (SELECT 1 FROM asking)),
    account AS (
      SELECT people.* FROM people, allowed WHERE id = ${userId} AND role = ${parameter('seenRole', 'text')}
        AND (NOT ${endsAdministrator} OR ${anotherAdministrator(sql`people`, userId)})
    )`;

/** What every act returns besides its own columns. */
export interface JudgedRow {
  readonly allowed: boolean;
}

export const allowed = sql`EXISTS (SELECT 1 FROM allowed) AS allowed`;

export type ActWrite<Written> =
  | ({ readonly kind: 'written' } & Written)
  /** Whoever acts may not any more. */
  | { readonly kind: 'session_over' }
  /** The account is not as it was decided by. */
  | { readonly kind: 'changed' };

/** @param written null: nothing was. */
export function actWrite<Written extends object>(
  row: JudgedRow | undefined,
  written: Written | null,
): ActWrite<Written> {
  if (!row?.allowed) return { kind: 'session_over' };
  return written ? { kind: 'written', ...written } : { kind: 'changed' };
}
