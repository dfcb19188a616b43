import type { Origin } from '../audit/origin.js';
import type { CaptchaGate, CaptchaRequired } from '../captcha/captcha-gate.service.js';
import type { KnownDevice } from '../devices/device.repository.js';
import type { DeviceTokens } from '../devices/device-token.js';
import { type Guesser, type GuessingClient, readGuesser } from '../devices/guesser.js';
import type { DeliveryService } from '../messaging/delivery.service.js';
import type { UsedChallenge } from '../otp/challenge-use.js';
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import type { PumpingGuardService } from '../pumping/pumping-guard.service.js';
import type { NewSession } from '../sessions/session-fragments.js';
import type { IssuedTokens, SessionService, ShownProofs } from '../sessions/session.service.js';
import type { User } from '../users/user.js';

import type { DeletionRepository } from './deletion.repository.js';

/** What every command that begins a session brings along. */
export interface SigningInClient extends GuessingClient {
  readonly captchaToken: string | null;
  readonly client: Origin & GuessingClient['client'];
}

/** A client that passed the CAPTCHA gate. */
export interface AdmittedClient {
  readonly kind: 'admitted';
  readonly guesser: Guesser;
  readonly now: Date;
}

export interface SessionPlan {
  readonly client: Origin;
  /** The device that the client already is to the account; null: it becomes a new one. */
  readonly knownDevice: KnownDevice | null;
  readonly shown: ShownProofs;
  readonly now: Date;
}

export interface BegunSession {
  readonly user: User;
  readonly sessionId: string;
  readonly tokens: IssuedTokens;
  readonly deviceToken: string;
}

export interface BeginSessionParts {
  readonly captcha: CaptchaGate;
  readonly sessions: SessionService;
  readonly deletions: DeletionRepository;
  readonly deviceTokens: DeviceTokens;
  readonly guard: PumpingGuardService;
  readonly deliveries: DeliveryService;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * What `verifyOtp`, `register` and `login` do alike: they let the client in, plan the session, and issue its tokens.
 * The use case writes the planned session itself, in the statement that uses up the code or the password guess.
 */
export class BeginSessionService {
  readonly #parts: BeginSessionParts;

  constructor(parts: BeginSessionParts) {
    this.#parts = parts;
  }

  async admit(command: SigningInClient): Promise<AdmittedClient | CaptchaRequired> {
    const { captcha, deviceTokens, clock } = this.#parts;
    const permission = await captcha.check({ token: command.captchaToken, ipAddress: command.client.ipAddress });
    if (permission.kind === 'captcha_required') return permission;
    const now = clock.now();
    return { kind: 'admitted', guesser: await readGuesser(command, permission, deviceTokens), now };
  }

  /** The same for a client that has just shown a right proof: no CAPTCHA is asked for. */
  async recognize(command: GuessingClient): Promise<{ readonly guesser: Guesser; readonly now: Date }> {
    const { deviceTokens, clock } = this.#parts;
    const now = clock.now();
    const permission = { suspicionCleared: false, askIfSuspicious: false };
    return { guesser: await readGuesser(command, permission, deviceTokens), now };
  }

  /** The answer to a guess that is too suspicious to be looked at without a CAPTCHA. */
  captchaRequired(): CaptchaRequired {
    return this.#parts.captcha.required();
  }

  plan({ client, knownDevice, shown, now }: SessionPlan): NewSession {
    const { sessions, random } = this.#parts;
    const since = knownDevice?.first_signed_in_at ?? null;
    const deviceKnownSince = since === null ? null : new Date(since);
    return sessions.plan({ ...client, deviceId: knownDevice?.id ?? random.uuid(), deviceKnownSince }, shown, now);
  }

  /** Tells the pumping guard and delivery that a code arrived. `phoneVerifiedAt` is of the account that has its number. */
  arrived(code: UsedChallenge, { phoneVerifiedAt: firstAt }: Pick<User, 'phoneVerifiedAt'>): void {
    const { guard, deliveries } = this.#parts;
    guard.verified({ ...code, firstAt });
    deliveries.verified(code.challengeId);
  }

  /** The tokens of a planned session that is written, and of the code that was used up for it. Whoever left and comes back in time keeps the account. */
  async issue(session: NewSession, user: User, code: UsedChallenge | null = null): Promise<BegunSession> {
    const { sessions, deviceTokens } = this.#parts;
    if (code) this.arrived(code, user);
    if (user.deletionDueAt !== null) await this.#cancelDeletion(session, user);
    const tokens = await sessions.issueFirst(session, user);
    const deviceToken = await deviceTokens.issue({ deviceId: session.deviceId, userId: user.id });
    return { user, sessionId: session.id, tokens, deviceToken };
  }

  async #cancelDeletion({ id: sessionId, deviceId, now, ...origin }: NewSession, user: User): Promise<void> {
    await this.#parts.deletions.cancel({ userId: user.id, sessionId, deviceId, origin, now });
  }
}
