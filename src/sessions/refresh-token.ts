import type { AppSecrets } from '../platform/app-secret.js';
import type { Clock } from '../platform/clock.js';
import { SecretTokens } from '../platform/tokens/secret-tokens.js';

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
  readonly #tokens: SecretTokens;
  readonly #clock: Clock;

  constructor(secrets: AppSecrets, clock: Clock) {
    this.#tokens = new SecretTokens({ secrets, purpose: 'refresh-token', typ: 'refresh+jwt' });
    this.#clock = clock;
  }

  issue({ sessionId, generation }: RefreshTokenSubject, expiresAt: Date): string {
    return this.#tokens.issue({ sid: sessionId, gen: generation, exp: Math.floor(expiresAt.getTime() / 1000) });
  }

  /** What a token of ours says, or null for anything else. Whether the session lives is asked of the database. */
  read(token: string): RefreshTokenSubject | null {
    return this.#read(token, this.#clock.now());
  }

  /** The same, for a token that may have expired: its session can have a later one that has not. */
  readAnyAge(token: string): RefreshTokenSubject | null {
    return this.#read(token, new Date(0));
  }

  #read(token: string, currentDate: Date): RefreshTokenSubject | null {
    const { sid, gen } = this.#tokens.read(token, { requiredClaims: ['sid', 'gen', 'exp'], currentDate }) ?? {};
    return typeof sid === 'string' && typeof gen === 'number' ? { sessionId: sid, generation: gen } : null;
  }
}
