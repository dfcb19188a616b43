import { validate } from 'uuid';
import { addSeconds, type Clock } from '../platform/clock.js';
import { claimsOf, encodeJwt, readJwt } from '../platform/tokens/jwt.js';
import type { Random } from '../platform/random.js';
import { textLimits } from '../platform/text-limits.js';
import { isSignedWith, SIGNING_ALGORITHM, signWith } from '../sessions/signing-key-pair.js';
import { PROOF_TTL } from '../sessions/signing-key-schedule.js';
import type { SigningKeys } from '../sessions/signing-keys.js';

/** No access token has it, and no proof has a subject or a session: neither passes for the other. */
const TOKEN_TYPE = 'number-proof+jwt';

export interface NumberProof {
  /** `jti`. */
  readonly id: string;
  readonly phoneNumber: string;
  readonly provedAt: Date;
  readonly expiresAt: Date;
}

/** Proofs of a number: signed JWTs for one application each, which it checks by the key set. */
export class NumberProofTokens {
  readonly #keys: SigningKeys;
  readonly #issuer: string;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(parts: { keys: SigningKeys; issuer: string; clock: Clock; random: Random }) {
    this.#keys = parts.keys;
    this.#issuer = parts.issuer;
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  issue(phoneNumber: string, audience: string): { readonly proof: string; readonly expiresAt: Date } {
    const issuedAt = Math.floor(this.#clock.now().getTime() / 1000);
    const expiry = issuedAt + PROOF_TTL;
    const { kid, privateKey } = this.#keys.current;
    const claims = {
      phone_number: phoneNumber,
      iss: this.#issuer,
      aud: audience,
      jti: this.#random.uuid(),
      iat: issuedAt,
      exp: expiry,
    };
    const proof = encodeJwt({ alg: SIGNING_ALGORITHM, typ: TOKEN_TYPE, kid }, claims, signWith(privateKey));
    return { proof, expiresAt: addSeconds(new Date(0), expiry) };
  }

  /** What a valid proof for this audience says; null for anything else, whatever is wrong with it. */
  async verify(proof: string, audience: string): Promise<NumberProof | null> {
    if (proof.length > textLimits.TOKEN.maximum) return null;
    const jwt = readJwt(proof, { alg: SIGNING_ALGORITHM, typ: TOKEN_TYPE });
    const key = jwt && (await this.#keys.find(jwt.kid));
    if (!key || !isSignedWith(key, jwt)) return null;
    const payload = claimsOf(jwt, {
      issuer: this.#issuer,
      audience,
      requiredClaims: ['phone_number', 'jti', 'iat', 'exp'],
      currentDate: this.#clock.now(),
    });
    const { jti: id, phone_number: phoneNumber, iat = 0, exp = 0 } = payload ?? {};
    if (!validate(id) || typeof phoneNumber !== 'string') return null;
    return {
      id: String(id),
      phoneNumber,
      provedAt: addSeconds(new Date(0), iat),
      expiresAt: addSeconds(new Date(0), exp),
    };
  }
}
