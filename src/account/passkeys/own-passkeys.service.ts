import { validate } from 'uuid';
import type { Origin } from '../../audit/origin.js';
import type { NoticeService } from '../../notices/notice.service.js';
import type { PasskeyRow } from '../../passkeys/passkey.table.js';
import type { Passkeys } from '../../passkeys/passkeys.js';
import type { Clock } from '../../platform/clock.js';
import { FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import { FRESH_SECONDS, type ReauthenticationRequired, strongStepUp } from '../../sessions/step-up.js';
import type { ChangeResult, OwnPasskeyRepository } from './own-passkeys.repository.js';
import { passkeyNameProblem } from './passkey-registration.service.js';
import { neededWithout } from './removal-decision.js';

export interface PasskeyCommand {
  readonly session: LiveSession;
  readonly id: string;
  readonly origin: Origin;
}

type Refused = Exclude<ChangeResult, { readonly kind: 'changed' }>;
export type RenameOutcome = { readonly kind: 'renamed'; readonly passkey: PasskeyRow } | InvalidInput | Refused;
export type RemoveOutcome =
  | { readonly kind: 'removed'; readonly passkey: PasskeyRow }
  | ReauthenticationRequired
  | Refused;

export interface OwnPasskeyParts {
  readonly ownPasskeys: OwnPasskeyRepository;
  readonly passkeys: Pick<Passkeys, 'keys'>;
  readonly notices: Pick<NoticeService, 'prepare' | 'send'>;
  readonly clock: Clock;
}

export class OwnPasskeyService {
  readonly #parts: OwnPasskeyParts;

  constructor(parts: OwnPasskeyParts) {
    this.#parts = parts;
  }

  async rename(command: PasskeyCommand, name: string): Promise<RenameOutcome> {
    const problems = new FieldProblems();
    problems.add('name', passkeyNameProblem(name));
    if (problems.found) return problems.toOutcome();
    if (!validate(command.id)) return { kind: 'not_found' };
    const result = await this.#parts.ownPasskeys.rename(this.#change(command), name.trim());
    return result.kind === 'changed' ? { kind: 'renamed', passkey: result.passkey } : result;
  }

  /** Without it, the number opens more. So it needs a fresh proof: a thief of the number must not take the passkey away. */
  async remove(command: PasskeyCommand): Promise<RemoveOutcome> {
    const { ownPasskeys, notices, clock } = this.#parts;
    const { session, id, origin } = command;
    const now = clock.now();
    const reauthentication = strongStepUp(session, now);
    if (reauthentication) return reauthentication;
    if (!validate(id)) return { kind: 'not_found' };
    const needed = await this.#neededWithout(command);
    if (needed) return needed;
    const notice = { kind: 'passkey_removed', details: { device: origin.userAgent } } as const;
    const told = notices.prepare(session.user, notice, now);
    const result = await ownPasskeys.remove(this.#change(command), told);
    // What else opened the account was taken from it meanwhile.
    if (result.kind === 'not_found') return (await this.#neededWithout(command)) ?? result;
    if (result.kind !== 'changed') return result;
    notices.send(told);
    return { kind: 'removed', passkey: result.passkey };
  }

  /** Another way in may have been taken from it, such as its number. */
  async #neededWithout({ session: { user }, id }: PasskeyCommand): Promise<ReauthenticationRequired | null> {
    if (neededWithout(user, false) === null) return null;
    const own = await this.#parts.passkeys.keys.list([user.id]);
    const leavesPasskeys = own.some(({ id: one, clonedAt }) => (one === id ? clonedAt !== null : clonedAt === null));
    const methods = neededWithout(user, leavesPasskeys);
    return methods && { kind: 'reauthentication_required', maxAgeSeconds: FRESH_SECONDS, methods };
  }

  #change({ session, id: passkeyId, origin }: PasskeyCommand) {
    return { userId: session.user.id, sessionId: session.id, now: this.#parts.clock.now(), passkeyId, origin };
  }
}
