import type { Origin } from '../../audit/origin.js';
import type { FailureTrail } from '../../audit/failures/failure-trail.service.js';
import type { GuessLimits } from '../../budgets/guess-budget.repository.js';
import type { Guesser, GuessingClient } from '../../devices/guesser.js';
import { isTrusted, trustedFrom } from '../../devices/settled.js';
import type { NoticeService } from '../../notices/notice.service.js';
import type { AnsweredChallenge } from '../../passkeys/challenges.js';
import { hasAnswered, type RightPasskey } from '../../passkeys/passkey-fragments.js';
import type { Passkeys } from '../../passkeys/passkeys.js';
import type { AccessTokenClaims } from '../../sessions/access-token.js';
import { type AccountDisabled, disabledAt } from '../../users/account-lock.js';
import type { User } from '../../users/user.js';
import { together } from '../authentication-methods.js';
import type { BeginSessionService, BegunSession } from '../begin-session.service.js';
import type { ContinueSignInRepository } from '../continue/continue-sign-in.repository.js';
import { noticeOf } from '../continue/notice-of.js';
import { newDeviceNotice } from '../new-device-notice.js';
import type { ContinuationRepository } from '../opening/continuation.repository.js';
import type { ContinuationTokens } from '../opening/continuation-token.js';
import type { ClonedPasskeys } from './cloned-passkeys.service.js';
import { passkeyShown } from './passkey-shown.js';
import type { FoundPasskey, PasskeySignInRepository } from './passkey-sign-in.repository.js';

export interface PasskeySignInCommand extends GuessingClient {
  /** What the browser answered, as it came. */
  readonly response: unknown;
  /** Of a sign-in that waits for one more proof. */
  readonly continuationToken: string | null;
  /** The access token that came with the call, if it is valid. */
  readonly signedInAs: AccessTokenClaims | null;
  readonly client: Origin & GuessingClient['client'];
}

export type PasskeySignInOutcome =
  | (BegunSession & { readonly kind: 'signed_in' })
  | AccountDisabled
  /** The challenge is not ours, too old, or was answered before; or nothing waits for the continuation token. */
  | { readonly kind: 'invalid_token' }
  /** Whatever is wrong with the passkey: the answer is the same. */
  | { readonly kind: 'passkey_refused'; readonly attemptsRemaining: number };

export interface PasskeySignInParts {
  readonly passkeys: Passkeys;
  readonly signIns: PasskeySignInRepository;
  readonly cloned: ClonedPasskeys;
  readonly beginning: BeginSessionService;
  readonly continued: ContinueSignInRepository;
  readonly continuations: ContinuationRepository;
  readonly continuationTokens: ContinuationTokens;
  readonly notices: Pick<NoticeService, 'prepare' | 'send'>;
  readonly failureTrail: FailureTrail;
  readonly limits: GuessLimits;
  /** Days without use after which an account counts as asleep; 0: never. */
  readonly dormantAfter: number;
}

/** A passkey that answered rightly, its account, and who showed it. */
interface Shown extends Omit<FoundPasskey, 'passkey'> {
  readonly right: RightPasskey & Pick<FoundPasskey, 'passkey'>;
  readonly command: PasskeySignInCommand;
  readonly guesser: Guesser;
  readonly now: Date;
}

const INVALID_TOKEN = { kind: 'invalid_token' } as const;

/**
 * Signs in with a passkey (docs/decisions/0064). The authenticator has verified its user, so a passkey is two proofs in one: it
 * opens every account on every device. Guesses are not counted, because signatures cannot be guessed.
 */
export class PasskeySignInService {
  readonly #parts: PasskeySignInParts;

  constructor(parts: PasskeySignInParts) {
    this.#parts = parts;
  }

  async signIn(command: PasskeySignInCommand): Promise<PasskeySignInOutcome> {
    const { passkeys, signIns, beginning } = this.#parts;
    const answer = passkeys.ceremonies?.answeredSignIn(command.response);
    if (!answer || !wasAskedBy(command, answer.challenge)) return INVALID_TOKEN;
    const { guesser, now } = await beginning.recognize(command);
    const found = await signIns.find(answer.response.id, guesser.device, now);
    if (!found) return this.#refused();
    const { passkey, user, ...known } = found;
    const use = isFor(answer.challenge, user) ? await passkeys.ceremonies?.checkSignIn(answer, passkey) : null;
    if (!use) return this.#wrong(command, user, now);
    const disabled = disabledAt(user, now);
    if (disabled) return disabled;
    const shown = { right: { passkey, challenge: answer.challenge, ...use }, user, ...known, command, guesser, now };
    return command.continuationToken === null ? this.#open(shown) : this.#continue(shown, command.continuationToken);
  }

  async #open({ right, command, guesser, now, ...account }: Shown): Promise<PasskeySignInOutcome> {
    const { signIns, beginning, notices, dormantAfter } = this.#parts;
    const { client } = command;
    const { user, knownDevice } = account;
    const session = beginning.plan({ client, knownDevice, shown: passkeyShown(right.passkey, now), now });
    const told = knownDevice ? [] : notices.prepare(user, newDeviceNotice(client), now);
    const result = await signIns.signIn({ ...right, ...account, session, dormantAfter, notices: told });
    if (result.kind === 'signed_in') {
      notices.send(told);
      return { kind: 'signed_in', ...(await beginning.issue(session, result.user)) };
    }
    const again = await signIns.find(right.passkey.credentialId, guesser.device, now);
    if (again && hasAnswered(again.passkey, right)) return INVALID_TOKEN;
    await this.#parts.cloned.look({ user, right, origin: client, now });
    return this.#refused();
  }

  /** The same as one more proof for a sign-in that waits, or for a password reset. */
  async #continue({ right, user, command, guesser, now }: Shown, token: string): Promise<PasskeySignInOutcome> {
    const { beginning, continued, continuations, continuationTokens, notices } = this.#parts;
    const id = await continuationTokens.read(token);
    const waiting = id === null ? null : await continuations.find(id, guesser.device, now);
    if (!waiting) return INVALID_TOKEN;
    // A thief may have added it, and could make the password theirs, too.
    const setsPassword = waiting.newPasswordHash !== null;
    if (waiting.user.id !== user.id || (setsPassword && !isTrusted(right.passkey.trustedFrom, now)))
      return this.#refused();
    const { client } = command;
    const shown = together(waiting.shown, passkeyShown(right.passkey, now));
    const session = beginning.plan({ client, knownDevice: null, shown, now });
    const told = notices.prepare(user, noticeOf(waiting, client), now);
    const from = trustedFrom({ account: user, deviceKnownSince: now }, now);
    const opened = { waiting, device: guesser.device, session, notices: told, trustedFrom: from };
    const result = await continued.withPasskey({ ...opened, right });
    if (result.kind === 'over') return INVALID_TOKEN;
    if (result.kind === 'lost') {
      await this.#parts.cloned.look({ user, right, origin: client, now });
      return this.#refused();
    }
    notices.send(told);
    return { kind: 'signed_in', ...(await beginning.issue(session, result.user)) };
  }

  #wrong({ client }: PasskeySignInCommand, { id: subject }: User, at: Date): PasskeySignInOutcome {
    this.#parts.failureTrail.failed({ subject, proof: 'PASSKEY', ipAddress: client.ipAddress, at });
    return this.#refused();
  }

  #refused(): PasskeySignInOutcome {
    return { kind: 'passkey_refused', attemptsRemaining: this.#parts.limits.lockAfter };
  }
}

/** Who is signed in was given a challenge for their session. They may sign in with it, as another user, too. */
function wasAskedBy({ signedInAs }: PasskeySignInCommand, { kind, isFor }: AnsweredChallenge): boolean {
  return kind === 'sign_in' || (kind === 'reauthentication' && signedInAs !== null && isFor(signedInAs.sessionId));
}

/** A sign-in that began with a number does not end in another account. */
function isFor(challenge: AnsweredChallenge, { phoneNumber, phoneVerifiedAt }: User): boolean {
  if (challenge.kind !== 'sign_in' || challenge.isFor(null)) return true;
  return phoneNumber !== null && phoneVerifiedAt !== null && challenge.isFor(phoneNumber);
}
