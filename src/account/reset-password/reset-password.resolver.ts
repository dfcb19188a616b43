import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import {
  accountDisabled,
  accountLocked,
  furtherProofRequired,
  invalidInput,
  invalidOtp,
  numberUnconfirmed,
  tooManyFailures,
  tooMuchWork,
} from '../../graphql/failures.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { handOver } from '../../sessions/tokens.type.js';
import { toUserType } from '../../users/user.type.js';
import type { AccountContext } from '../account.context.js';
import type { ResetPasswordOutcome } from './reset-password.service.js';
import { ResetPasswordInput, ResetPasswordResult, ResetPasswordSuccess } from './reset-password.types.js';

@Resolver()
export class ResetPasswordResolver {
  @FieldRateLimit()
  @Mutation(() => ResetPasswordResult, {
    description:
      "Sets a new password with a code that was sent to the account's number or email address, and signs the user in. Signed " +
      'out. A number or an address without an account is answered like a wrong code. An account with a verified email ' +
      'address needs a code that was sent there, and one with a passkey needs two proofs, unless it has known the device for ' +
      'seven days: `FurtherProofRequiredError`, and `continueSignIn` then sets the password.',
  })
  async resetPassword(
    @Arg('input', () => ResetPasswordInput, { description: 'A code and the new password.' }) input: ResetPasswordInput,
    @Ctx() context: AccountContext,
  ): Promise<typeof ResetPasswordResult> {
    const { phoneNumber = null, email = null, otp, newPassword, newPasswordConfirm } = input;
    const { requestToken = null, deviceToken = null } = input;
    const { acceptLanguage: _, ...client } = context.client;
    const command = { phoneNumber, email, otp, requestToken, newPassword, newPasswordConfirm, deviceToken, client };
    return toResult(await context.services.resetPassword.resetPassword(command), context);
  }
}

function toResult(outcome: ResetPasswordOutcome, context: AccountContext): typeof ResetPasswordResult {
  switch (outcome.kind) {
    case 'reset': {
      const { deviceToken } = outcome;
      const fields = {
        user: toUserType(outcome.user, outcome),
        tokens: handOver(outcome, context),
        deviceToken,
      };
      return Object.assign(new ResetPasswordSuccess(), fields);
    }
    case 'invalid_input':
      return invalidInput(outcome);
    case 'wrong':
      return invalidOtp(outcome);
    case 'locked':
      return accountLocked(outcome);
    case 'account_disabled':
      return accountDisabled(outcome);
    case 'further_proof_required':
      return furtherProofRequired(outcome);
    case 'too_many_requests':
      return tooManyFailures(outcome);
    case 'number_unconfirmed':
      return numberUnconfirmed(outcome);
    case 'hashing_busy':
      return tooMuchWork(outcome);
  }
}
