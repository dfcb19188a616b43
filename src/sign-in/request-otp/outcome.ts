import type { CaptchaRequired } from '../../captcha/captcha-gate.service.js';
import type { NumberRefusal } from '../../messaging/refused-number.table.js';
import type { DestinationRefusal } from '../../phone/destination.js';
import type { InvalidInput } from '../../platform/field-problems.js';
import type { ReauthenticationRequired } from '../../sessions/step-up.js';
import type { WithheldBecause } from './withheld.js';

export type RequestOtpOutcome =
  | {
      readonly kind: 'sent';
      readonly phoneNumber: string;
      readonly expiresAt: Date;
      readonly expiresInSeconds: number;
      readonly resendAvailableAt: Date;
      readonly resendAfterSeconds: number;
      /** Until when unverified numbers of this range are probably sent nothing; the same for verified ones. */
      readonly pausedUntil: Date | null;
      readonly pausedForSeconds: number | null;
      /** Shows with a guess that the caller asked for the code, and lets the caller follow the message. */
      readonly requestToken: string;
      /** What the caller is not told. */
      readonly noted: { readonly messageId: string | null; readonly withheld: WithheldBecause | null };
    }
  | InvalidInput
  | ReauthenticationRequired
  /** A code for a signed-in user, and the caller is signed out. */
  | { readonly kind: 'session_over' }
  | (CaptchaRequired & Limited)
  | { readonly kind: 'destination_not_allowed'; readonly reason: DestinationRefusal | NumberRefusal | 'blocked' }
  | { readonly kind: 'user_not_found' }
  | ({ readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number } & Limited)
  | ({
      readonly kind: 'too_many_requests';
      readonly retryAfterSeconds: number;
      /** Only the pause after the last code is in the way. */
      readonly justSent: boolean;
    } & Limited)
  | { readonly kind: 'delivery_unavailable'; readonly retryAfterSeconds: number };

export interface Limited {
  /** The limit that refuses, as docs/limits.md names it. Callers are not told. */
  readonly limit?: string | undefined;
}

export type SentOtp = Extract<RequestOtpOutcome, { kind: 'sent' }>;

/** The caller must pass a CAPTCHA, if there is one. */
export type Suspicious = { readonly kind: 'suspicious' } & Limited;
