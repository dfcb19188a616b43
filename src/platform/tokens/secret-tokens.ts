import type { JWTPayload } from 'jose';
import { type AppSecrets, type KeyPurpose, secretById } from '../app-secret.js';
import { claimsOf, encodeJwt, hmac, isHmacOf, readJwt } from './jwt.js';
import { textLimits } from '../text-limits.js';

const alg = 'HS256';

export interface SecretTokenParts {
  readonly secrets: AppSecrets;
  /** Each kind of token has a key and a type of its own, so that none passes for another. */
  readonly purpose: KeyPurpose;
  readonly typ: string;
}

export interface ExpectedClaims {
  readonly requiredClaims: string[];
  readonly currentDate: Date;
}

/** Tokens that only the service itself reads: JWTs signed with a key of APP_SECRET. */
export class SecretTokens {
  readonly #parts: SecretTokenParts;

  constructor(parts: SecretTokenParts) {
    this.#parts = parts;
  }

  issue(claims: object): string {
    const { secrets, purpose, typ } = this.#parts;
    const { id: kid, key } = secrets.current;
    return encodeJwt({ alg, typ, kid }, claims, hmac(key(purpose)));
  }

  /** The claims of a token of ours, or null for anything else. */
  read(token: string, expected: ExpectedClaims): JWTPayload | null {
    const { secrets, purpose, typ } = this.#parts;
    if (token.length > textLimits.TOKEN.maximum) return null;
    const jwt = readJwt(token, { alg, typ });
    const secret = jwt && secretById(secrets, jwt.kid);
    return secret && isHmacOf(jwt, secret.key(purpose)) ? claimsOf(jwt, expected) : null;
  }
}
