import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { accountLocked, invalidInput, invalidOtp, tooManyFailures } from '../graphql/failures.js';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import type { NumberProofContext } from './number-proofs.context.js';
import type { ProveNumberOutcome } from './prove-number.service.js';
import { ProveNumberInput, ProveNumberResult, ProveNumberSuccess } from './prove-number.types.js';

@Resolver()
export class ProveNumberResolver {
  @FieldRateLimit()
  @Mutation(() => ProveNumberResult, {
    description:
      'Proves a phone number with its code, for an application with users of its own. Ask for the code with ' +
      '`requestOtp(purpose: PROVE_NUMBER)`. No account is made, and nobody is signed in.',
  })
  async proveNumber(
    @Arg('input', () => ProveNumberInput, { description: 'The phone number and its code.' }) input: ProveNumberInput,
    @Ctx() context: NumberProofContext,
  ): Promise<typeof ProveNumberResult> {
    const { phoneNumber, otp, requestToken = null, audience = null } = input;
    const command = { phoneNumber, otp, requestToken, audience, client: context.client };
    return toResult(await context.services.proveNumber.proveNumber(command));
  }
}

function toResult(outcome: ProveNumberOutcome): typeof ProveNumberResult {
  switch (outcome.kind) {
    case 'proved': {
      const { phoneNumber, proof, expiresAt } = outcome;
      return Object.assign(new ProveNumberSuccess(), { phoneNumber, proof, expiresAt });
    }
    case 'invalid_input':
      return invalidInput(outcome);
    case 'wrong':
      return invalidOtp(outcome);
    case 'locked':
      return accountLocked(outcome);
    case 'too_many_requests':
      return tooManyFailures(outcome);
  }
}
