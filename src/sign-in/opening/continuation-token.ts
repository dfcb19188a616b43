import { validate } from 'uuid';
import type { AppSecrets } from '../../platform/app-secret.js';
import type { Clock } from '../../platform/clock.js';
import { SecretTokens } from '../../platform/tokens/secret-tokens.js';

/** Seconds for which a sign-in waits for one more proof: long enough for a code by email. */
export const CONTINUATION_SECONDS = 600;

/**
 * Continuation tokens stand for what was shown at a sign-in that needs one more proof. Such a token begins no session by
 * itself, and names nothing but a row (continuation.table.ts), which is used once.
 */
export class ContinuationTokens {
  readonly #tokens: SecretTokens;
  readonly #clock: Clock;

  constructor(secrets: AppSecrets, clock: Clock) {
    this.#tokens = new SecretTokens({ secrets, purpose: 'continuation-token', typ: 'continuation+jwt' });
    this.#clock = clock;
  }

  issue(continuationId: string): string {
    const iat = Math.floor(this.#clock.now().getTime() / 1000);
    return this.#tokens.issue({ sub: continuationId, iat, exp: iat + CONTINUATION_SECONDS });
  }

  /** The id of the row that a token of ours names; null for anything else. */
  read(token: string): string | null {
    const expected = { requiredClaims: ['sub', 'iat', 'exp'], currentDate: this.#clock.now() };
    const { sub } = this.#tokens.read(token, expected) ?? {};
    return validate(sub) ? String(sub) : null;
  }
}
