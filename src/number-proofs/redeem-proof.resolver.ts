import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { InvalidTokenError, userError } from '../graphql/user-error.js';
import type { NumberProofContext } from './number-proofs.context.js';
import type { RedeemProofOutcome } from './redeem-proof.service.js';
import { RedeemProofInput, RedeemProofResult, RedeemProofSuccess } from './redeem-proof.types.js';

@Resolver()
export class RedeemProofResolver {
  @FieldRateLimit()
  @Mutation(() => RedeemProofResult, {
    description:
      'Spends a proof of a number: of all calls with one proof, one succeeds. For applications where a proof must count ' +
      'once. Checking a proof by the key set does not spend it.',
  })
  async redeemProof(
    @Arg('input', () => RedeemProofInput, { description: 'The proof, and for whom it must be.' })
    input: RedeemProofInput,
    @Ctx() context: NumberProofContext,
  ): Promise<typeof RedeemProofResult> {
    const { proof, audience } = input;
    return toResult(await context.services.redeemProof.redeemProof({ proof, audience }));
  }
}

function toResult(outcome: RedeemProofOutcome): typeof RedeemProofResult {
  switch (outcome.kind) {
    case 'redeemed': {
      const { phoneNumber, provedAt } = outcome;
      return Object.assign(new RedeemProofSuccess(), { phoneNumber, provedAt });
    }
    case 'invalid_token':
      return userError(InvalidTokenError, {
        message: 'The proof is invalid, has expired, or was spent before. Let the user prove the number again.',
      });
  }
}
