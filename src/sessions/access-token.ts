import { LRUCache } from 'lru-cache';
import { addSeconds, type Clock } from '../platform/clock.js';
import { claimsOf, encodeJwt, readJwt } from '../platform/tokens/jwt.js';
import type { Random } from '../platform/random.js';
import type { User } from '../users/user.js';
import { isSignedWith, SIGNING_ALGORITHM, signWith } from './signing-key-pair.js';
import type { SigningKeys } from './signing-keys.js';
import type { ClaimsTemplate } from './token-claims.js';

/** RFC 9068: the `typ` that keeps other JWTs from passing as access tokens. */
const TOKEN_TYPE = 'at+jwt';
/** About 10,000 tokens. Claims of the operator's make tokens longer, so the cache is limited by bytes. */
const CACHED_BYTES = 10 * 1024 * 1024;
/** Measured: what an entry takes besides the text of its token. */
const BYTES_PER_ENTRY = 380;

export interface AccessTokenSettings {
  /** `iss`: the service's public URL. */
  readonly issuer: string;
  /** `aud`: a string where it is one, which every verifier understands, and otherwise an array (RFC 7519). */
  readonly audience: readonly [string, ...string[]];
  /** Seconds. */
  readonly timeToLive: number;
  /** Claims on top of the service's own. */
  readonly extraClaims: ClaimsTemplate | null;
}

export interface AccessTokenSubject {
  readonly user: User;
  readonly sessionId: string;
  readonly authenticatedAt: Date;
  readonly authenticationMethods: readonly string[];
}

/** Who a valid access token speaks for. Whether the session still lives is asked of the database, not of the token. */
export interface AccessTokenClaims {
  readonly userId: string;
  readonly sessionId: string;
}

/** Access tokens: signed JWTs by the profile of RFC 9068, short-lived, which other services check by the key set. */
export class AccessTokens {
  readonly #keys: SigningKeys;
  readonly #settings: AccessTokenSettings;
  readonly #clock: Clock;
  readonly #random: Random;
  /**
   * Tokens that were checked or issued before: the signature costs more than all the rest of a small query. Bounded;
   * each use compares the expiry anew, and a key that is no longer published takes its tokens along.
   */
  readonly #verified = new LRUCache<string, AccessTokenClaims & { expiresAt: number; kid: string }>({
    maxSize: CACHED_BYTES,
    sizeCalculation: (_, token) => token.length + BYTES_PER_ENTRY,
  });

  constructor(parts: { keys: SigningKeys; settings: AccessTokenSettings; clock: Clock; random: Random }) {
    this.#keys = parts.keys;
    this.#settings = parts.settings;
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  issue(subject: AccessTokenSubject): { token: string; expiresAt: Date } {
    const now = this.#clock.now();
    const issuedAt = Math.floor(now.getTime() / 1000);
    const expiry = issuedAt + this.#settings.timeToLive;
    const { kid, privateKey } = this.#keys.current;
    const [client, ...more] = this.#settings.audience;
    const claims = {
      ...this.#settings.extraClaims?.fill(subject),
      sid: subject.sessionId,
      client_id: client,
      auth_time: Math.floor(subject.authenticatedAt.getTime() / 1000),
      amr: subject.authenticationMethods,
      role: subject.user.role,
      phone_verified: subject.user.phoneVerifiedAt !== null,
      iss: this.#settings.issuer,
      aud: more.length === 0 ? client : [client, ...more],
      sub: subject.user.id,
      jti: this.#random.uuid(),
      iat: issuedAt,
      exp: expiry,
    };
    const token = encodeJwt({ alg: SIGNING_ALGORITHM, typ: TOKEN_TYPE, kid }, claims, signWith(privateKey));
    // Most tokens come back to the process that has issued them.
    this.#verified.set(token, { userId: subject.user.id, sessionId: subject.sessionId, expiresAt: expiry, kid });
    return { token, expiresAt: addSeconds(new Date(0), expiry) };
  }

  /** The claims of a valid token, or null for anything else, whatever is wrong with it. */
  async verify(token: string): Promise<AccessTokenClaims | null> {
    const known = this.#verified.get(token);
    if (known) {
      const fresh = known.expiresAt > this.#clock.now().getTime() / 1000 && this.#keys.known(known.kid) !== null;
      return fresh ? known : null;
    }
    return this.#check(token);
  }

  async #check(token: string): Promise<AccessTokenClaims | null> {
    const jwt = readJwt(token, { alg: SIGNING_ALGORITHM, typ: TOKEN_TYPE });
    // Keys come from our own set by their id; keys or addresses inside the token are never looked at.
    const key = jwt && (await this.#keys.find(jwt.kid));
    if (!key || !isSignedWith(key, jwt)) return null;
    const payload = claimsOf(jwt, {
      issuer: this.#settings.issuer,
      // One of them is enough, so that an audience can be added while older tokens live.
      audience: [...this.#settings.audience],
      requiredClaims: ['sub', 'sid', 'iat', 'exp'],
      currentDate: this.#clock.now(),
    });
    const { sub, sid, exp } = payload ?? {};
    if (!isUuid(sub) || !isUuid(sid) || exp === undefined) return null;
    const claims = { userId: sub, sessionId: sid, expiresAt: exp, kid: jwt.kid };
    this.#verified.set(token, claims);
    return claims;
  }
}

function isUuid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
