import { jwtVerify, SignJWT } from 'jose';
import { validate } from 'uuid';
import { addSeconds, type Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import { textLimits } from '../platform/text-limits.js';
import { SIGNING_ALGORITHM } from '../sessions/signing-key-pair.js';
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

  async issue(phoneNumber: string, audience: string): Promise<{ readonly proof: string; readonly expiresAt: Date }> {
    const issuedAt = Math.floor(this.#clock.now().getTime() / 1000);
    const { kid, privateKey } = this.#keys.current;
    const proof = await new SignJWT({ phone_number: phoneNumber })
      .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: TOKEN_TYPE, kid })
      .setIssuer(this.#issuer)
      .setAudience(audience)
      .setJti(this.#random.uuid())
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + PROOF_TTL)
      .sign(privateKey);
    return { proof, expiresAt: addSeconds(new Date(0), issuedAt + PROOF_TTL) };
  }

  /** What a valid proof for this audience says; null for anything else, whatever is wrong with it. */
  async verify(proof: string, audience: string): Promise<NumberProof | null> {
    if (proof.length > textLimits.TOKEN.maximum) return null;
    try {
      return await this.#check(proof, audience);
    } catch {
      return null;
    }
  }

  async #check(proof: string, audience: string): Promise<NumberProof | null> {
    const { payload } = await jwtVerify(
      proof,
      async ({ kid }) => {
        const key = kid === undefined ? null : await this.#keys.find(kid);
        if (!key) throw new Error('unknown key');
        return key;
      },
      {
        algorithms: [SIGNING_ALGORITHM],
        typ: TOKEN_TYPE,
        issuer: this.#issuer,
        audience,
        requiredClaims: ['phone_number', 'jti', 'iat', 'exp'],
        currentDate: this.#clock.now(),
      },
    );
    const { jti: id, phone_number: phoneNumber, iat = 0, exp = 0 } = payload;
    if (!validate(id) || typeof phoneNumber !== 'string') return null;
    return {
      id: String(id),
      phoneNumber,
      provedAt: addSeconds(new Date(0), iat),
      expiresAt: addSeconds(new Date(0), exp),
    };
  }
}
