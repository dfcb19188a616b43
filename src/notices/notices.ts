import { NoticeService } from './notice.service.js';

export interface Notices {
  readonly notices: NoticeService;
}

/** Notices to the owners of accounts: what happened, and what they do if it was not them. */
export function createNotices(): Notices {
  return { notices: new NoticeService() };
}
