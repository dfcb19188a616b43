import { SignJWT } from 'jose';
import type { AppSecrets } from '../platform/app-secret.js';

/** What a refresh token says: the session, and which generation of its tokens this one is. */
export interface RefreshTokenSubject {
  readonly sessionId: string;
  readonly generation: number;
  readonly expiresAt: Date;
}

/**
 * Refresh tokens: signed with a key of their own and of a type of their own, so that neither kind of token passes for
 * the other. The database holds the generation only, so it contains nothing that could be presented.
 */
export class RefreshTokens {
  readonly #secrets: AppSecrets;

  constructor(secrets: AppSecrets) {
    this.#secrets = secrets;
  }

  async issue({ sessionId, generation, expiresAt }: RefreshTokenSubject): Promise<string> {
    const secret = this.#secrets.current;
    return new SignJWT({ sid: sessionId, gen: generation })
      .setProtectedHeader({ alg: 'HS256', typ: 'refresh+jwt', kid: secret.id })
      .setExpirationTime(Math.floor(expiresAt.getTime() / 1000))
      .sign(secret.key('refresh-token'));
  }
}
