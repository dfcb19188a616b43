import type { NumberProofTokens } from './number-proof-token.js';
import type { SpentProofRepository } from './spent-proof.repository.js';

export interface RedeemProofCommand {
  readonly proof: string;
  readonly audience: string;
}

export type RedeemProofOutcome =
  | { readonly kind: 'redeemed'; readonly phoneNumber: string; readonly provedAt: Date }
  /** Forged, expired, for another application, or spent before: the answer is the same. */
  | { readonly kind: 'invalid_token' };

/** Spends proofs of a number for applications where each must count once. */
export class RedeemProofService {
  readonly #tokens: NumberProofTokens;
  readonly #spent: SpentProofRepository;

  constructor(parts: { tokens: NumberProofTokens; spent: SpentProofRepository }) {
    this.#tokens = parts.tokens;
    this.#spent = parts.spent;
  }

  async redeemProof({ proof, audience }: RedeemProofCommand): Promise<RedeemProofOutcome> {
    const valid = await this.#tokens.verify(proof, audience);
    if (!valid || !(await this.#spent.spend(valid))) return { kind: 'invalid_token' };
    return { kind: 'redeemed', phoneNumber: valid.phoneNumber, provedAt: valid.provedAt };
  }
}
