import { addSeconds } from '../platform/clock.js';
import type { LiveSession } from './session.repository.js';
import type { AuthenticationMethod } from './session.service.js';

/**
 * What an operation that changes how one signs in asks of the session: a proof of the user that is fresh enough. Each
 * such operation declares its own beside its service. Refreshing a session proves nothing anew.
 */
export interface FreshProof {
  readonly maxAgeSeconds: number;
  /** How the user must have proved who they are; absent: in any way. */
  readonly method?: AuthenticationMethod;
}

/** The user must sign in anew before this is done. */
export interface ReauthenticationRequired {
  readonly kind: 'reauthentication_required';
  readonly maxAgeSeconds: number;
  /** The ways to sign in that count; not necessarily all. */
  readonly methods: readonly 'PHONE_OTP'[];
}

/** Null when the session has the proof behind it (`auth_time` and `amr` of its tokens), otherwise what to answer. */
export function reauthentication(
  session: LiveSession,
  { maxAgeSeconds, method }: FreshProof,
  now: Date,
): ReauthenticationRequired | null {
  const byMethod = method === undefined || session.authenticationMethods.includes(method);
  const fresh = byMethod && addSeconds(session.authenticatedAt, maxAgeSeconds) > now;
  return fresh ? null : signInAgain(maxAgeSeconds);
}

/** A sign-in by code counts for every operation: it is the strongest proof that there is. */
export function signInAgain(maxAgeSeconds: number): ReauthenticationRequired {
  return { kind: 'reauthentication_required', maxAgeSeconds, methods: ['PHONE_OTP'] };
}
