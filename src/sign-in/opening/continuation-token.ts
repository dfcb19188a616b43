import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { validate } from 'uuid';
import { type AppSecrets, secretById } from '../../platform/app-secret.js';
import { addSeconds, type Clock } from '../../platform/clock.js';
import { textLimits } from '../../platform/text-limits.js';

const TOKEN_TYPE = 'continuation+jwt';
const ALGORITHM = 'HS256';
/** Seconds for which a sign-in waits for one more proof: long enough for a code by email. */
export const CONTINUATION_SECONDS = 600;

/**
 * Continuation tokens stand for what was shown at a sign-in that needs one more proof. Such a token begins no session by
 * itself, and names nothing but a row (continuation.table.ts), which is used once.
 */
export class ContinuationTokens {
  readonly #secrets: AppSecrets;
  readonly #clock: Clock;

  constructor(secrets: AppSecrets, clock: Clock) {
    this.#secrets = secrets;
    this.#clock = clock;
  }

  async issue(continuationId: string): Promise<string> {
    const secret = this.#secrets.current;
    const now = this.#clock.now();
    return new SignJWT({})
      .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid: secret.id })
      .setSubject(continuationId)
      .setIssuedAt(now)
      .setExpirationTime(addSeconds(now, CONTINUATION_SECONDS))
      .sign(secret.key('continuation-token'));
  }

  /** The id of the row that a token of ours names; null for anything else. */
  async read(token: string): Promise<string | null> {
    if (token.length > textLimits.TOKEN.maximum) return null;
    try {
      const { kid } = decodeProtectedHeader(token);
      const secret = kid === undefined ? null : secretById(this.#secrets, kid);
      if (!secret) return null;
      const { payload } = await jwtVerify(token, secret.key('continuation-token'), {
        algorithms: [ALGORITHM],
        typ: TOKEN_TYPE,
        requiredClaims: ['sub', 'iat', 'exp'],
        currentDate: this.#clock.now(),
      });
      return validate(payload.sub) ? String(payload.sub) : null;
    } catch {
      return null;
    }
  }
}
