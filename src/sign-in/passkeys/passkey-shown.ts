import { isTrusted } from '../../devices/settled.js';
import type { PasskeyRow } from '../../passkeys/passkey.table.js';
import type { ShownProofs } from '../../sessions/session.service.js';

/**
 * What a right passkey shows, in the values of RFC 8176: `hwk` for a key that never leaves its device, `swk` for one that is
 * copied between the devices of its owner. The authenticator has verified its user, so it is two factors in one. One that a
 * thief may have added opens the account and proves nothing more: its owner may have another one, which does.
 */
export function passkeyShown(
  { backupEligible, trustedFrom }: Pick<PasskeyRow, 'backupEligible' | 'trustedFrom'>,
  now: Date,
): ShownProofs {
  const methods = [backupEligible ? 'swk' : 'hwk', 'user', 'mfa'] as const;
  return { methods, proofs: isTrusted(trustedFrom, now) ? ['PASSKEY'] : [] };
}
