import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { type AppSecrets, secretById } from '../platform/app-secret.js';
import type { Clock } from '../platform/clock.js';
import { textLimits } from '../platform/text-limits.js';

const TOKEN_TYPE = 'refresh+jwt';
const ALGORITHM = 'HS256';

/** What a refresh token says: the session, and which generation of its tokens this one is. */
export interface RefreshTokenSubject {
  readonly sessionId: string;
  readonly generation: number;
}

/**
 * Refresh tokens: signed with a key of their own and of a type of their own, so that neither kind of token passes for
 * the other. The database holds the generation only, so it contains nothing that could be presented. The same
 * generation always makes the same token, which is how a repeated refresh gets the same successor.
 */
export class RefreshTokens {
  readonly #secrets: AppSecrets;
  readonly #clock: Clock;

  constructor(secrets: AppSecrets, clock: Clock) {
    this.#secrets = secrets;
    this.#clock = clock;
  }

  async issue({ sessionId, generation }: RefreshTokenSubject, expiresAt: Date): Promise<string> {
    const secret = this.#secrets.current;
    return new SignJWT({ sid: sessionId, gen: generation })
      .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid: secret.id })
      .setExpirationTime(Math.floor(expiresAt.getTime() / 1000))
      .sign(secret.key('refresh-token'));
  }

  /** What a token of ours says, or null for anything else. Whether the session lives is asked of the database. */
  async read(token: string): Promise<RefreshTokenSubject | null> {
    return this.#read(token, this.#clock.now());
  }

  /** The same, for a token that may have expired: its session can have a later one that has not. */
  async readAnyAge(token: string): Promise<RefreshTokenSubject | null> {
    return this.#read(token, new Date(0));
  }

  async #read(token: string, currentDate: Date): Promise<RefreshTokenSubject | null> {
    if (token.length > textLimits.TOKEN.maximum) return null;
    try {
      const { kid } = decodeProtectedHeader(token);
      const secret = kid === undefined ? null : secretById(this.#secrets, kid);
      if (!secret) return null;
      const { payload } = await jwtVerify(token, secret.key('refresh-token'), {
        algorithms: [ALGORITHM],
        typ: TOKEN_TYPE,
        requiredClaims: ['sid', 'gen', 'exp'],
        currentDate,
      });
      const { sid, gen } = payload;
      return typeof sid === 'string' && typeof gen === 'number' ? { sessionId: sid, generation: gen } : null;
    } catch {
      return null;
    }
  }
}
