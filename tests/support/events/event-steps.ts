import { randomUUID } from 'node:crypto';
import { asc, sql } from 'drizzle-orm';
import { type AuditActor, type AuditKind, auditEventTable } from '../../../src/audit/audit-event.table.js';
import type { Database } from '../../../src/database/database.js';
import { EventStreamRepository } from '../../../src/events/event-stream.repository.js';
import { eventTable } from '../../../src/events/event.table.js';
import { sessionTable } from '../../../src/sessions/session.table.js';
import { userTable } from '../../../src/users/user.table.js';
import type { TestService } from '../service.js';

/** What makes events, without the acts that lead there, and what comes of them. */

interface Happening {
  readonly userId: string;
  readonly sessionId?: string;
  readonly details?: Record<string, unknown>;
  readonly actorKind?: AuditActor;
  readonly at?: Date;
}

/** Writes into the audit trail that something happened. */
export async function happen(
  db: Database,
  kind: AuditKind,
  { at = new Date(), ...happening }: Happening,
): Promise<void> {
  await db.insert(auditEventTable).values({ kind, at, ...happening });
}

/** An account without anything. */
export async function newUser(db: Database): Promise<string> {
  const [id, now] = [randomUUID(), new Date()];
  await db.insert(userTable).values({ id, createdAt: now, updatedAt: now });
  return id;
}

/** A session of an account, without a sign-in. */
export async function newSession(db: Database, userId: string, epoch = 1): Promise<void> {
  const now = new Date();
  const times = { rotatedAt: now, authenticatedAt: now, createdAt: now, lastUsedAt: now };
  const expiresAt = new Date(now.getTime() + 86_400_000);
  await db
    .insert(sessionTable)
    .values({ id: randomUUID(), userId, epoch, authenticationMethods: ['otp'], ...times, expiresAt });
}

/** Makes a service without a receiver write events, too. */
export async function wantEvents(db: Database): Promise<void> {
  await new EventStreamRepository(db).want(new Date(), true);
}

/** Every event of a user, in the order of writing. */
export async function eventsOf(db: Database, userId: string) {
  return db.select().from(eventTable).where(sql`${eventTable.userId} = ${userId}`).orderBy(asc(eventTable.seq));
}

/** What the process does by itself: new events get their places, and those that are due go out. */
export async function tellEvents({ background: { events } }: TestService): Promise<void> {
  await events.publish();
  await events.delivery?.run();
  await events.drain();
}
