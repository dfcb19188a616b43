import { validate } from 'uuid';
import type { Clock } from '../../platform/clock.js';
import type { InvalidInput } from '../../platform/field-problems.js';
import type { ReauthenticationRequired } from '../../sessions/step-up.js';
import type { User } from '../../users/user.js';
import type { ActWrite, DecidedAct } from './act-fragments.js';
import type { ActFactsRepository } from './act-facts.repository.js';
import { type ReasonForm, readReason } from './act-form.js';
import type { Acting } from './acting.js';
import { decideAct } from './decision.js';
import type { DeletionRepository } from './deletion.repository.js';
import type { LockRepository } from './lock.repository.js';

/** What is decided by may change until it is written. Then it is decided again. */
export const MOST_LOOKS = 4;

export type ActRefusal =
  | { readonly kind: 'user_not_found' }
  | { readonly kind: 'forbidden' }
  /** The session that asks was ended meanwhile. */
  | { readonly kind: 'session_over' };

export type LockOutcome =
  | { readonly kind: 'done'; readonly user: User; readonly endedSessions: number }
  | InvalidInput
  | ActRefusal;
export type UnlockOutcome = { readonly kind: 'done'; readonly user: User; readonly wasLocked: boolean } | ActRefusal;
export type EndSessionsOutcome = { readonly kind: 'done'; readonly endedSessions: number } | ActRefusal;
export type DeletionOutcome =
  | { readonly kind: 'done'; readonly deletedAt: Date }
  | InvalidInput
  | ReauthenticationRequired
  | ActRefusal;

export interface ActParts {
  readonly facts: ActFactsRepository;
  readonly locks: LockRepository;
  readonly deletions: DeletionRepository;
  readonly clock: Clock;
}

/** What administrators, and those who help users, do to accounts of others (docs/decisions/0046). */
export class ActsService {
  readonly #parts: ActParts;

  constructor(parts: ActParts) {
    this.#parts = parts;
  }

  async lock(acting: Acting, { id, ...form }: { readonly id: string } & ReasonForm): Promise<LockOutcome> {
    const now = this.#parts.clock.now();
    const read = readReason(form, now);
    if (read.kind === 'invalid_input') return read;
    return this.#act({ acting, id, now, takesAway: true }, (act) => this.#parts.locks.lock(act, read));
  }

  async unlock(acting: Acting, id: string): Promise<UnlockOutcome> {
    const by = { acting, id, now: this.#parts.clock.now(), takesAway: false };
    return withoutInput(await this.#act(by, (act) => this.#parts.locks.unlock(act)));
  }

  async endSessions(acting: Acting, id: string): Promise<EndSessionsOutcome> {
    const by = { acting, id, now: this.#parts.clock.now(), takesAway: false };
    return withoutInput(await this.#act(by, (act) => this.#parts.locks.endSessions(act)));
  }

  /** Deletes the account at once, and everything that is kept about its owner. */
  async delete(
    acting: Acting,
    { id, reason }: { readonly id: string; readonly reason: string },
  ): Promise<DeletionOutcome> {
    const now = this.#parts.clock.now();
    const read = readReason({ reason, until: null }, now);
    if (read.kind === 'invalid_input') return read;
    const reauthentication = acting.freshProof(now);
    if (reauthentication) return reauthentication;
    const outcome = await this.#act({ acting, id, now, takesAway: true }, (act, user) =>
      this.#parts.deletions.delete(act, user, read.reason),
    );
    return outcome.kind === 'done' ? { kind: 'done', deletedAt: now } : outcome;
  }

  /** Looks, decides and writes, until what was decided still holds when it is written. */
  async #act<Written extends object>(
    { acting, id, now, takesAway }: { acting: Acting; id: string; now: Date; takesAway: boolean },
    write: (act: DecidedAct, user: User) => Promise<ActWrite<Written>>,
  ): Promise<({ readonly kind: 'done' } & Written) | InvalidInput | ActRefusal> {
    const { facts } = this.#parts;
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const found = validate(id) ? await facts.look({ userId: id, username: null, locationId: null, now }) : null;
      const decision = decideAct(found, { role: acting.role, takesAway });
      if (decision.kind !== 'write') return decision;
      const { user } = decision;
      const endsAdministrator = takesAway && user.role === 'ADMIN';
      const written = await write({ acting, userId: id, seenRole: user.role, endsAdministrator, now }, user);
      if (written.kind === 'written') return { ...written, kind: 'done' };
      if (written.kind === 'session_over') return written;
    }
    throw new Error('An account changed again and again while an administrator acted on it.');
  }
}

/** For acts that take nothing away, and have no form. */
function withoutInput<Outcome extends { readonly kind: string }>(
  outcome: Outcome | InvalidInput,
): Exclude<Outcome, InvalidInput> {
  if (outcome.kind === 'invalid_input') throw new Error('An act without a form was refused for its input.');
  return outcome as Exclude<Outcome, InvalidInput>;
}
