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
  readonly device: string | null;
  readonly now: Date;
}

/**
 * What the owner of an account with a passkey is told when somebody has a code to its number, and not the passkey: by email. Where
 * the code opens the account some days later, by text, too, once for each wait.
 */
export function missingPasskeyNotices(
  notices: Pick<NoticeService, 'prepare'>,
  { owner, opening, decision, device, now }: Asked,
): readonly PreparedNotice[] {
  if (!opening.has.includes('PASSKEY')) return [];
  const { availableAt } = decision;
  const details = { device, until: availableAt?.toISOString() ?? null };
  const notice: Notice = { kind: 'passkey_missing', details };
  if (availableAt === null) return notices.prepare(owner, notice, now).filter(({ channel }) => channel === 'EMAIL');
  const begun = opening.claimedAt !== null && opening.claimedAt > opening.lastUsedAt;
  return begun ? [] : notices.prepare(owner, notice, now);
}
