import type { Origin } from '../../audit/origin.js';
import { type Clock, secondsUntil } from '../../platform/clock.js';
import { FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import { nameTakenBy } from '../../sign-in/taken-name.js';
import { USERNAME_TAKEN } from '../../users/profile-rules.js';
import type { User } from '../../users/user.js';
import { decideProfile } from './decision.js';
import { asksForUsername, type ProfileChanges, readProfileForm } from './profile-form.js';
import type { ProfileRepository } from './profile.repository.js';

export interface UpdateProfileCommand {
  readonly session: LiveSession;
  readonly form: ProfileChanges;
  readonly origin: Origin;
}

export type UpdateProfileOutcome =
  | { readonly kind: 'updated'; readonly user: User }
  | InvalidInput
  /** The account has asked for too many usernames lately. */
  | { readonly kind: 'too_many_usernames'; readonly retryAfterSeconds: number }
  /** The session that asks was ended meanwhile. */
  | { readonly kind: 'session_over' };

export interface UpdateProfileParts {
  readonly profiles: ProfileRepository;
  readonly clock: Clock;
}

export class UpdateProfileService {
  readonly #parts: UpdateProfileParts;

  constructor(parts: UpdateProfileParts) {
    this.#parts = parts;
  }

  /** Changes what is given of the profile. A form that changes nothing writes nothing. */
  async updateProfile(command: UpdateProfileCommand): Promise<UpdateProfileOutcome> {
    const { user } = command.session;
    const form = readProfileForm(command.form, user);
    if (form.kind === 'invalid_input') return form;
    const { changes } = form;
    if (Object.keys(changes).length === 0) return { kind: 'updated', user };
    const now = this.#parts.clock.now();
    return (await this.#refusal(changes, user, now)) ?? this.#write(command, changes, now);
  }

  async #refusal(changes: ProfileChanges, user: User, now: Date): Promise<UpdateProfileOutcome | null> {
    const username = asksForUsername(changes, user) ? (changes.username ?? null) : null;
    const locationId = changes.locationId ?? null;
    if (username === null && locationId === null) return null;
    const facts = await this.#parts.profiles.look({ userId: user.id, username, locationId, now });
    const decision = decideProfile(facts);
    switch (decision.kind) {
      case 'write':
        return null;
      case 'invalid_input':
        return decision;
      case 'too_many_usernames': {
        const seconds = decision.retryAt ? secondsUntil(decision.retryAt, now) : 0;
        return { kind: 'too_many_usernames', retryAfterSeconds: Math.max(1, seconds) };
      }
    }
  }

  async #write({ session, origin }: UpdateProfileCommand, changes: ProfileChanges, now: Date) {
    const { profiles } = this.#parts;
    const write = { userId: session.user.id, sessionId: session.id, now, changes, origin };
    try {
      const user = await profiles.write(write);
      return user ? ({ kind: 'updated', user } as const) : ({ kind: 'session_over' } as const);
    } catch (error) {
      // Another account was quicker.
      if (nameTakenBy(error) !== 'username') throw error;
      const problems = new FieldProblems();
      problems.add('username', USERNAME_TAKEN);
      return problems.toOutcome();
    }
  }
}
