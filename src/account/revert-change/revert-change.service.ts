import type { Origin } from '../../audit/origin.js';
import type { FailureLimitService } from '../../budgets/failure-limit.service.js';
import type { DeviceTokens } from '../../devices/device-token.js';
import { readGuesser } from '../../devices/guesser.js';
import type { NoticeService } from '../../notices/notice.service.js';
import { revertTokenHash } from '../../notices/revert-token.js';
import type { ClientNetworks } from '../../platform/client-networks.js';
import type { Clock } from '../../platform/clock.js';
import type { AccessTokenClaims } from '../../sessions/access-token.js';
import { decideRevert } from './decision.js';
import type { FoundChange, RevertFactsRepository } from './facts.repository.js';
import type { RevertChangeRepository } from './write.repository.js';

export interface RevertChangeCommand {
  readonly token: string;
  readonly deviceToken: string | null;
  /** The access token that came with the call, if it is valid. */
  readonly signedInAs: AccessTokenClaims | null;
  readonly client: Origin & { readonly networks: ClientNetworks };
}

export type RevertChangeOutcome =
  | { readonly kind: 'put_back' }
  /** The sessions have ended, but the account has no number now: another account has verified the old one, or there was none. */
  | { readonly kind: 'without_number' }
  | { readonly kind: 'invalid_token' }
  /** The token is right, and does not do alone. */
  | { readonly kind: 'other_proof_needed' }
  /** The token is right, and an administrator's lock comes first. */
  | { readonly kind: 'account_disabled' };

export interface RevertChangeParts {
  readonly facts: RevertFactsRepository;
  readonly reversals: RevertChangeRepository;
  readonly failures: FailureLimitService;
  readonly notices: NoticeService;
  readonly deviceTokens: DeviceTokens;
  readonly clock: Clock;
}

/** The thief may change the account again at the same moment. Each change of the number costs a text, so there are not many. */
const MOST_LOOKS = 4;
const INVALID = { kind: 'invalid_token' } as const;

export class RevertChangeService {
  readonly #parts: RevertChangeParts;

  constructor(parts: RevertChangeParts) {
    this.#parts = parts;
  }

  /** Takes a change of number back, for whoever got its notice. All sessions of the account end. */
  async revertChange(command: RevertChangeCommand): Promise<RevertChangeOutcome> {
    const { clock } = this.#parts;
    const tokenHash = revertTokenHash(command.token);
    if (tokenHash === null) return INVALID;
    const now = clock.now();
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const found = await this.#find(command, tokenHash, now);
      if (!found) return INVALID;
      const decision = decideRevert(found.facts);
      if (decision.kind !== 'revert') return decision;
      const reverted = await this.#revert(command, { found, phoneNumber: decision.phoneNumber, now });
      if (reverted) return reverted;
    }
    return INVALID;
  }

  /**
   * A wrong token counts as a wrong guess of its network. A right one is always looked at: it has 80 bits, and an owner whose
   * number was stolen must not wait for what others guess.
   */
  async #find(command: RevertChangeCommand, tokenHash: string, now: Date): Promise<FoundChange | null> {
    const { facts, failures, deviceTokens } = this.#parts;
    const guesser = await readGuesser(command, { suspicionCleared: false, askIfSuspicious: false }, deviceTokens);
    return failures.watch({ kind: 'codes', guesser, requestToken: null, now }, async () => {
      const found = await facts.find({ tokenHash, access: command.signedInAs, device: guesser.device, now });
      return { outcome: found, failed: found === null };
    });
  }

  /** Null: the account was changed since the look. */
  async #revert(
    { client }: RevertChangeCommand,
    { found, phoneNumber, now }: { found: FoundChange; phoneNumber: string | null; now: Date },
  ): Promise<RevertChangeOutcome | null> {
    const { reversals, notices } = this.#parts;
    const { id: changeId, user } = found;
    const prepared = notices.prepare(user, { kind: 'phone_change_reverted', details: {} }, now);
    const reversal = { changeId, user, phoneNumber, notices: prepared, now, origin: client };
    const reverted = await reversals.revert(reversal);
    if (!reverted) return null;
    notices.send(prepared);
    return { kind: reverted.phoneNumber === null ? 'without_number' : 'put_back' };
  }
}
