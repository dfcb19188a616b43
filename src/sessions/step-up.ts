import { isTrusted, SETTLED_AFTER, trustedFrom } from '../devices/settled.js';
import { addSeconds } from '../platform/clock.js';
import type { LiveSession } from './session.repository.js';
import { type ProofMethod, provedAt } from './proofs.js';

/** Seconds for which a proof counts for an operation that changes how one signs in. */
export const FRESH_SECONDS = 300;

/** The user must prove who they are before this is done. */
export interface ReauthenticationRequired {
  readonly kind: 'reauthentication_required';
  readonly maxAgeSeconds: number;
  /** What would do: any one of them. Never empty. */
  readonly methods: readonly ProofMethod[];
}

/**
 * What an operation asks for that anybody with a session could otherwise do: any proof of the last five minutes. Null where
 * the session has it. Refreshing a session proves nothing anew.
 */
export function stepUp(session: LiveSession, now: Date): ReauthenticationRequired | null {
  return requireOneOf(proofsOf(session), session, now);
}

/** What changes of number, email address and passkeys ask for: any fresh proof, and on a new device what a thief lacks. */
export function strongStepUp(session: LiveSession, now: Date): ReauthenticationRequired | null {
  return newDeviceStepUp(session, now) ?? stepUp(session, now);
}

/** What a change asks for on a device that the account has not known for long, where one proof may be stolen. */
export function newDeviceStepUp(session: LiveSession, now: Date): ReauthenticationRequired | null {
  return emailStepUp(session, now) ?? passkeyStepUp(session, now);
}

/**
 * A number can be stolen, and a thief signs in by it on a device that the account has not known for long. So an account with
 * a verified email address asks for a code sent there, too, or for a passkey, unless it has known the device for seven days. An address that
 * a thief may have added (`trustedFrom`) does not keep the owner of the number out.
 */
function emailStepUp(session: LiveSession, now: Date): ReauthenticationRequired | null {
  const { emailVerifiedAt, emailTrustedFrom } = session.user;
  if (emailVerifiedAt === null || !isTrusted(emailTrustedFrom, now) || isSettled(session, now)) return null;
  return requireOneOf(['EMAIL_OTP', 'PASSKEY'], session, now);
}

/**
 * An account with a passkey asks for it there, or for two other proofs: its owner may have lost the passkey, and a thief of the
 * number has one proof. What a thief may have added counts for nothing. A device of the account's first day is its owner's.
 * Where the passkey was copied, the two others are all that is left.
 */
export function passkeyStepUp(session: LiveSession, now: Date): ReauthenticationRequired | null {
  if (!session.guarded || trustedFromIn(session, now) === null) return null;
  const own = proofsOf(session).filter((method) => isOwners(session, method, now));
  const fresh = own.filter((method) => isFresh(session, method, now));
  if (fresh.includes('PASSKEY') || fresh.length > 1) return null;
  const others = own.filter((method) => method !== 'PASSKEY').length;
  if (session.hasPasskey && others < 2) return askFor(['PASSKEY'], session);
  const missing = own.filter((method) => !fresh.includes(method));
  return askFor(missing.length > 0 ? missing : ['PHONE_OTP'], session);
}

/** Whether a way of proving is the owner's, and not one that a thief may have added. */
export function isOwners({ user, hasPasskey }: LiveSession, method: ProofMethod, now: Date): boolean {
  switch (method) {
    case 'PHONE_OTP':
      return true;
    case 'EMAIL_OTP':
      return isTrusted(user.emailTrustedFrom, now);
    case 'PASSWORD':
      return isTrusted(user.passwordTrustedFrom, now);
    case 'PASSKEY':
      return hasPasskey;
  }
}

/** Whether the account has known the session's device long enough. */
export function isSettled({ deviceKnownSince, createdAt }: LiveSession, now: Date): boolean {
  return (deviceKnownSince ?? createdAt) <= addSeconds(now, -SETTLED_AFTER);
}

/** From when a password or an email address counts that is added in the session; null: at once. */
export function trustedFromIn({ deviceKnownSince, createdAt, user: account }: LiveSession, now: Date): Date | null {
  return trustedFrom({ account, deviceKnownSince: deviceKnownSince ?? createdAt }, now);
}

/** Whether the session has one of these proofs, and it is fresh; otherwise what to answer. A passkey that a thief may have added is none. */
export function requireOneOf(
  methods: readonly ProofMethod[],
  session: LiveSession,
  now: Date,
): ReauthenticationRequired | null {
  const fresh = methods.some((method) => isFresh(session, method, now) && (method !== 'PASSKEY' || session.hasPasskey));
  return fresh ? null : askFor(methods, session);
}

function isFresh(session: LiveSession, method: ProofMethod, now: Date): boolean {
  const at = provedAt(session, method);
  return at !== null && at > addSeconds(now, -FRESH_SECONDS);
}

/** Asks for one of these proofs: of those that the account's owner can show, if there are any. */
export function askFor(methods: readonly ProofMethod[], session: LiveSession): ReauthenticationRequired {
  const shown = proofsOf(session).filter((method) => methods.includes(method));
  const offered = shown.length > 0 ? shown : methods;
  return { kind: 'reauthentication_required', maxAgeSeconds: FRESH_SECONDS, methods: offered };
}

/** The ways in which the account's owner can prove who they are. Without any, a new sign-in by code is the way. */
function proofsOf({ user, hasPasskey }: LiveSession): readonly ProofMethod[] {
  const { phoneVerifiedAt, phoneNumber, emailVerifiedAt, passwordHash } = user;
  const methods: ProofMethod[] = [];
  if (phoneVerifiedAt !== null || phoneNumber !== null) methods.push('PHONE_OTP');
  if (emailVerifiedAt !== null) methods.push('EMAIL_OTP');
  if (passwordHash !== null) methods.push('PASSWORD');
  if (hasPasskey) methods.push('PASSKEY');
  return methods.length > 0 ? methods : ['PHONE_OTP'];
}
