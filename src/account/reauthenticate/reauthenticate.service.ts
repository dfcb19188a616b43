import type { Origin } from '../../audit/origin.js';
import type { TooManyFailures } from '../../budgets/failure-limit.service.js';
import type { Guesser } from '../../devices/guesser.js';
import type { DeliveryService } from '../../messaging/delivery.service.js';
import type { GuessOutcome, OtpService } from '../../otp/otp.service.js';
import type { ClientNetworks } from '../../platform/client-networks.js';
import { addSeconds, type Clock } from '../../platform/clock.js';
import type { InvalidInput } from '../../platform/field-problems.js';
import type { PumpingGuardService } from '../../pumping/pumping-guard.service.js';
import { newProofs } from '../../sessions/proofs.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import type { IssuedTokens, SessionService, ShownProofs } from '../../sessions/session.service.js';
import { FRESH_SECONDS } from '../../sessions/step-up.js';
import { proofByCode } from '../../sign-in/authentication-methods.js';
import type { HashingBusy } from '../../users/hashing-queue.js';
import type { PasswordHasher } from '../../users/password.js';
import type { ClonedPasskeys } from '../../sign-in/passkeys/cloned-passkeys.service.js';
import { passkeyShown } from '../../sign-in/passkeys/passkey-shown.js';
import type { CurrentPasswordService } from '../current-password.service.js';
import type { PasskeyProofRepository } from './passkey-proof.repository.js';
import type { PasskeyProofs, PasskeyRefused } from './passkey-proof.service.js';
import { type ProofForm, readProofForm, type ShownCode, type ShownProof } from './proof-form.js';
import type { FreshProof, ProofResult, ReauthenticateRepository } from './reauthenticate.repository.js';

export interface ReauthenticateCommand {
  readonly session: LiveSession;
  readonly form: ProofForm;
  /** Of the call that sent the code. */
  readonly requestToken: string | null;
  readonly client: Origin & { readonly networks: ClientNetworks };
}

export type ReauthenticateOutcome =
  | { readonly kind: 'proved'; readonly tokens: IssuedTokens }
  | InvalidInput
  | TooManyFailures
  | HashingBusy
  | PasskeyRefused
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number }
  | { readonly kind: 'invalid_credentials'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number }
  /** The session that asks was ended meanwhile. */
  | { readonly kind: 'session_over' };

export interface ReauthenticateParts {
  readonly reauthentications: ReauthenticateRepository;
  readonly currentPasswords: CurrentPasswordService;
  readonly passkeyProofs: PasskeyProofs;
  readonly byPasskeys: PasskeyProofRepository;
  readonly clonedPasskeys: ClonedPasskeys;
  readonly otp: OtpService;
  readonly passwords: PasswordHasher;
  readonly sessions: SessionService;
  readonly guard: PumpingGuardService;
  readonly deliveries: DeliveryService;
  readonly clock: Clock;
}

const BY_PASSWORD: ShownProofs = { methods: ['pwd'], proofs: ['PASSWORD'] };

export class ReauthenticateService {
  readonly #parts: ReauthenticateParts;

  constructor(parts: ReauthenticateParts) {
    this.#parts = parts;
  }

  /**
   * The signed-in user proves again who they are, for an operation that asks for it (sessions/step-up.ts). A wrong code or
   * password counts as at `verifyOtp` and `login`, against the device of the session: so a thief at an unlocked phone has
   * no more guesses than anywhere else.
   */
  async reauthenticate(command: ReauthenticateCommand): Promise<ReauthenticateOutcome> {
    const shown = readProofForm(command.form, command.session.user);
    switch (shown.kind) {
      case 'invalid_input':
        return shown;
      case 'code':
        return this.#byCode(command, shown);
      case 'password':
        return this.#parts.passwords.withPlace('login', () => this.#byPassword(command, shown));
      case 'passkey':
        return this.#byPasskey(command, shown.response);
    }
  }

  async #byCode(command: ReauthenticateCommand, shown: ShownCode): Promise<ReauthenticateOutcome> {
    const { otp, clock } = this.#parts;
    const { session, client, requestToken } = command;
    const guesser = guesserOf(session, client);
    const attempt = { ...shown, guesser, asked: await otp.asked(requestToken), now: clock.now() };
    return otp.inTurn(attempt, async () => {
      const guess = await otp.guess(attempt);
      return guess.kind === 'right' ? this.#consume(command, guess) : refusal(guess);
    });
  }

  async #consume(
    command: ReauthenticateCommand,
    { guess, attemptsRemaining }: GuessOutcome & { kind: 'right' },
  ): Promise<ReauthenticateOutcome> {
    const { reauthentications, guard, deliveries } = this.#parts;
    const { session } = command;
    const proof = this.#freshProof(command, proofByCode(guess.channel), guess.now);
    const result = await reauthentications.proveByCode(guess, proof);
    if (result.kind === 'proved' && result.code) {
      guard.verified({ ...result.code, firstAt: session.user.phoneVerifiedAt });
      deliveries.verified(result.code.challengeId);
    }
    return this.#answer(session, result, { kind: 'wrong', attemptsRemaining });
  }

  async #byPassword(
    command: ReauthenticateCommand,
    { password, passwordHash }: ShownProof & { kind: 'password' },
  ): Promise<ReauthenticateOutcome> {
    const { reauthentications, currentPasswords, clock } = this.#parts;
    const { session } = command;
    const { ipAddress } = command.client;
    const now = clock.now();
    const judged = await currentPasswords.judge(session, { password, hash: passwordHash, ipAddress }, now);
    if (judged.kind !== 'right') return judged;
    const proof = { ...this.#freshProof(command, BY_PASSWORD, now), verifiedHash: passwordHash };
    const result = await reauthentications.proveByPassword(judged.guess, proof);
    return this.#answer(session, result, { kind: 'invalid_credentials', attemptsRemaining: judged.guess.left });
  }

  async #byPasskey(command: ReauthenticateCommand, response: unknown): Promise<ReauthenticateOutcome> {
    const { passkeyProofs, byPasskeys, clonedPasskeys, clock } = this.#parts;
    const { session, client } = command;
    const now = clock.now();
    const judged = await passkeyProofs.judge(session, { response, ipAddress: client.ipAddress }, now);
    if (judged.kind !== 'right') return judged;
    const { right } = judged;
    const result = await byPasskeys.prove(right, this.#freshProof(command, passkeyShown(right.passkey, now), now));
    if (result.kind === 'lost') await clonedPasskeys.look({ user: session.user, right, origin: client, now });
    return this.#answer(session, result, passkeyProofs.refused());
  }

  #freshProof({ session, client }: ReauthenticateCommand, shown: ShownProofs, now: Date): FreshProof {
    // Proofs that were shown shortly after each other count together: `auth_time` is that of the last one.
    const together = session.authenticatedAt > addSeconds(now, -FRESH_SECONDS) ? session.authenticationMethods : [];
    return {
      userId: session.user.id,
      sessionId: session.id,
      now,
      proofs: newProofs(shown.proofs, now),
      authenticationMethods: [...new Set([...together, ...shown.methods])],
      origin: client,
    };
  }

  async #answer(
    { user }: LiveSession,
    result: ProofResult,
    lost: ReauthenticateOutcome,
  ): Promise<ReauthenticateOutcome> {
    switch (result.kind) {
      case 'proved':
        return { kind: 'proved', tokens: this.#parts.sessions.issueAgain(result.session, user) };
      case 'session_over':
        return result;
      case 'lost':
        return lost;
    }
  }
}

/** No CAPTCHA is asked for: the caller is signed in. */
function guesserOf({ user, deviceId }: LiveSession, { ipAddress, networks }: ReauthenticateCommand['client']): Guesser {
  const device = deviceId === null ? null : { userId: user.id, deviceId };
  return { ipAddress, networks, device, suspicionCleared: false, refuseSuspicious: false };
}

function refusal(guess: Exclude<GuessOutcome, { kind: 'right' }>): ReauthenticateOutcome {
  if (guess.kind === 'suspicious')
    throw new Error('A guess was refused for want of a CAPTCHA, though none is asked for.');
  return guess;
}
