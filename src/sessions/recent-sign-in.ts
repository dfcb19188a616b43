import { addSeconds } from '../platform/clock.js';
import type { LiveSession } from './session.repository.js';

/** Seconds: how fresh a sign-in must be for operations that change how one signs in. */
export const RECENT_SIGN_IN = 600;

/** The user must sign in anew before this is done. */
export interface ReauthenticationRequired {
  readonly kind: 'reauthentication_required';
  /** Seconds. */
  readonly maxAgeSeconds: number;
}

/** Whether a session's user proved who they are within `maxAge` seconds, by `method` if one is named. */
export function signedInRecently(
  session: LiveSession,
  { now, maxAge = RECENT_SIGN_IN, method }: { now: Date; maxAge?: number; method?: string },
): boolean {
  const byMethod = method === undefined || session.authenticationMethods.includes(method);
  return byMethod && addSeconds(session.authenticatedAt, maxAge) > now;
}
