import type { Notice } from '../../notices/notice.js';
import type { NoticeService } from '../../notices/notice.service.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import type { User } from '../../users/user.js';
import type { Opening, OpeningFacts } from './decision.js';

/** Somebody had a right code, and was asked for more. */
export interface Asked {
  readonly owner: User;
  readonly opening: OpeningFacts;
  readonly decision: Extract<Opening, { readonly kind: 'further_proof' }>;
  /** The number whose code was shown; null: the code came by email. */
  readonly phoneNumber: string | null;
  readonly device: string | null;
  readonly now: Date;
}

/**
 * What the owner of an account with a passkey is told when somebody has a code to its number, and not the passkey: by email. Where
 * the code opens the account some days later, by text, too, once for each wait. After a code by email the owner is told by text, too:
 * the mailbox may be a thief's.
 */
export function missingPasskeyNotices(
  notices: Pick<NoticeService, 'prepare'>,
  { owner, opening, decision, phoneNumber, device, now }: Asked,
): readonly PreparedNotice[] {
  if (!opening.guarded) return [];
  const { availableAt } = decision;
  const details = { device, until: availableAt?.toISOString() ?? null };
  const notice: Notice = { kind: 'passkey_missing', details };
  if (phoneNumber === null) return notices.prepare(owner, notice, now);
  if (availableAt === null) return notices.prepare(owner, notice, now).filter(({ channel }) => channel === 'EMAIL');
  const begun = opening.claimedAt !== null && opening.claimedAt > opening.lastUsedAt;
  return begun ? [] : notices.prepare(owner, notice, now);
}
