import type { Database } from '../database/database.js';
import { type Chore, chore } from '../platform/chore.js';
import type { Logger } from '../platform/logger.js';
import type { AuditConfig } from './audit.settings.js';
import { AuditEventRepository } from './audit-event.repository.js';
import { FailureTrailRepository } from './failures/failure-trail.repository.js';
import { FailureTrail } from './failures/failure-trail.service.js';

export interface AuditParts {
  readonly db: Database;
  readonly settings: AuditConfig;
  readonly logger: Logger;
}

export interface Audit {
  /** Counts wrong proofs and locks. */
  readonly failureTrail: FailureTrail;
  readonly chores: readonly Chore[];
}

/** The audit trail forgets what is older than `AUDIT_RETENTION`. Other rooms write its events with what they do. */
export function createAudit({ db, settings, logger }: AuditParts): Audit {
  const failures = new FailureTrailRepository(db);
  return {
    failureTrail: new FailureTrail({ failures, logger }),
    chores: [
      chore('failures for the audit trail', failures),
      chore('audit trail', new AuditEventRepository(db, settings.auditRetention)),
    ],
  };
}
