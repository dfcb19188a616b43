import type { Origin } from '../../audit/origin.js';
import type { NoticeService } from '../../notices/notice.service.js';
import type { RightPasskey } from '../../passkeys/passkey-fragments.js';
import type { Logger } from '../../platform/logger.js';
import type { User } from '../../users/user.js';
import type { ClonedPasskeyRepository } from './cloned-passkey.repository.js';

export interface SuspectedPasskey {
  readonly user: User;
  readonly right: RightPasskey;
  readonly origin: Origin;
  readonly now: Date;
}

export interface ClonedPasskeyParts {
  readonly clones: ClonedPasskeyRepository;
  readonly notices: Pick<NoticeService, 'prepare' | 'send'>;
  readonly logger: Logger;
}

/**
 * Authenticators that count never count back. Where one does, there are two copies of its key, and no one can tell which of
 * the two the owner has. So the key opens nothing any more, every session ends, and the owner is told.
 */
export class ClonedPasskeys {
  readonly #parts: ClonedPasskeyParts;

  constructor(parts: ClonedPasskeyParts) {
    this.#parts = parts;
  }

  /** Looks whether that is why a right answer was refused. */
  async look({ user, right, origin, now }: SuspectedPasskey): Promise<void> {
    const { clones, notices, logger } = this.#parts;
    const notice = { kind: 'passkey_cloned', details: { device: origin.userAgent } } as const;
    const prepared = notices.prepare(user, notice, now);
    if (!(await clones.record({ ...right, user, notices: prepared, origin, now }))) return;
    logger.warn({ userId: user.id, passkeyId: right.passkey.id }, 'the counter of a passkey went back: sessions ended');
    notices.send(prepared);
  }
}
