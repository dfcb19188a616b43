import { validate } from 'uuid';
import { asksForUsername } from '../../account/profile/profile-form.js';
import type { Clock } from '../../platform/clock.js';
import { FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import { textLimits } from '../../platform/text-limits.js';
import type { ReauthenticationRequired } from '../../sessions/step-up.js';
import { nameTakenBy } from '../../sign-in/taken-name.js';
import { USERNAME_TAKEN } from '../../users/profile-rules.js';
import type { User } from '../../users/user.js';
import type { DecidedAct } from './act-fragments.js';
import type { ActFactsRepository } from './act-facts.repository.js';
import type { Acting } from './acting.js';
import { type ActRefusal, MOST_LOOKS } from './acts.service.js';
import { decideAct, decideUpdate } from './decision.js';
import { type ReadUpdate, readUpdateForm, type UpdateForm } from './update-form.js';
import type { UpdateUserRepository } from './update-user.repository.js';

export interface UpdateUserCommand extends UpdateForm {
  readonly id: string;
}

export type UpdateUserOutcome =
  | { readonly kind: 'done'; readonly user: User; readonly hasChanged: boolean }
  | InvalidInput
  | ReauthenticationRequired
  | ActRefusal;

export interface UpdateUserParts {
  readonly facts: ActFactsRepository;
  readonly updates: UpdateUserRepository;
  readonly clock: Clock;
}

/** What administrators change of accounts: profile, role, rights in the marketplace. */
export class UpdateUserService {
  readonly #parts: UpdateUserParts;

  constructor(parts: UpdateUserParts) {
    this.#parts = parts;
  }

  /** Looks, decides and writes, until what was decided still holds when it is written. */
  async update(acting: Acting, command: UpdateUserCommand): Promise<UpdateUserOutcome> {
    const now = this.#parts.clock.now();
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const outcome = await this.#try(acting, command, now);
      if (outcome.kind !== 'changed') return outcome;
    }
    throw new Error('An account changed again and again while an administrator changed it.');
  }

  async #try(
    acting: Acting,
    { id, ...form }: UpdateUserCommand,
    now: Date,
  ): Promise<UpdateUserOutcome | { readonly kind: 'changed' }> {
    const { facts } = this.#parts;
    const { username = null, locationId = null } = form;
    // A name that is too long is refused by its length, and not looked for.
    const name = (username?.length ?? 0) > textLimits.USERNAME.maximum ? null : (username?.trim() ?? null);
    const question = { userId: id, username: name, locationId, now };
    const found = validate(id) ? await facts.look(question) : null;
    const permission = decideAct(found, { role: acting.role, takesAway: false });
    if (permission.kind !== 'write' || !found) return permission as ActRefusal;
    const { user } = found;
    const read = readUpdateForm(form, user);
    if (read.kind === 'invalid_input') return read;
    const { role } = read.columns;
    const asks = asksForUsername({ username: read.columns.username }, user);
    const decision = decideUpdate({ ...found, usernameTaken: asks && found.usernameTaken }, { role });
    if (decision.kind === 'invalid_input') return decision;
    const reauthentication = role === user.role ? null : acting.freshProof(now);
    if (reauthentication) return reauthentication;
    const endsAdministrator = user.role === 'ADMIN' && role !== 'ADMIN';
    return this.#write({ acting, userId: id, seenRole: user.role, endsAdministrator, now }, read);
  }

  async #write(act: DecidedAct, read: ReadUpdate): Promise<UpdateUserOutcome | { readonly kind: 'changed' }> {
    try {
      const written = await this.#parts.updates.update(act, read);
      return written.kind === 'written' ? { ...written, kind: 'done' } : written;
    } catch (error) {
      // Another account was quicker.
      if (nameTakenBy(error) !== 'username') throw error;
      const problems = new FieldProblems();
      problems.add('username', USERNAME_TAKEN);
      return problems.toOutcome();
    }
  }
}
