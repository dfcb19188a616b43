import type { Database } from '../database/database.js';
import { NoticeRepository } from './notice.repository.js';
import { type NoticeParts, NoticeService } from './notice.service.js';

export interface Notices {
  readonly notices: NoticeService;
}

/** Notices to the owners of accounts: what happened, and what they do if it was not them. */
export function createNotices({ db, ...parts }: Omit<NoticeParts, 'notices'> & { readonly db: Database }): Notices {
  return { notices: new NoticeService({ ...parts, notices: new NoticeRepository(db) }) };
}
