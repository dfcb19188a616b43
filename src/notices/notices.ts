import type { Database } from '../database/database.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { NoticeRepository } from './notice.repository.js';
import { type NoticeParts, NoticeService } from './notice.service.js';

export interface Notices {
  readonly notices: NoticeService;
}

/** Notices to the owners of accounts: what happened, and what they do if it was not them. */
export function createNotices({
  db,
  secrets,
  ...parts
}: Omit<NoticeParts, 'notices'> & { readonly db: Database; readonly secrets: AppSecrets }): Notices {
  return { notices: new NoticeService({ ...parts, notices: new NoticeRepository(db, secrets) }) };
}
