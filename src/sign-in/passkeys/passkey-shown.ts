import type { PasskeyRow } from '../../passkeys/passkey.table.js';
import type { ShownProofs } from '../../sessions/session.service.js';

/**
 * What a right passkey shows, in the values of RFC 8176: `hwk` for a key that never leaves its device, `swk` for one that is
 * copied between the devices of its owner. The authenticator has verified its user, so it is two factors in one.
 */
export function passkeyShown({ backupEligible }: Pick<PasskeyRow, 'backupEligible'>): ShownProofs {
  return { methods: [backupEligible ? 'swk' : 'hwk', 'user', 'mfa'], proofs: ['PASSKEY'] };
}
