import type { Database } from '../database/database.js';
import { type Chore, chore } from '../platform/chore.js';
import type { AuditConfig } from './audit.settings.js';
import { AuditEventRepository } from './audit-event.repository.js';

/** The audit trail forgets what is older than `AUDIT_RETENTION`. Other rooms write its events with what they do. */
export function createAudit({ db, settings }: { db: Database; settings: AuditConfig }): {
  readonly chores: readonly Chore[];
} {
  return { chores: [chore('audit trail', new AuditEventRepository(db, settings.auditRetention))] };
}
