import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import {
  accountDisabled,
  accountLocked,
  wrongPassword,
  invalidInput,
  invalidOtp,
  tooManyFailures,
  tooMuchWork,
} from '../../graphql/failures.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { InvalidTokenError, userError } from '../../graphql/user-error.js';
import { handOver } from '../../sessions/tokens.type.js';
import { toUserType } from '../../users/user.type.js';
import type { ContinueSignInOutcome } from './continue-sign-in.service.js';
import { ContinueSignInInput, ContinueSignInResult } from './continue-sign-in.types.js';
import type { SignInContext } from '../sign-in.context.js';
import { VerifyOtpSuccess } from '../verify-otp.types.js';

@Resolver()
export class ContinueSignInResolver {
  @FieldRateLimit()
  @Mutation(() => ContinueSignInResult, {
    description:
      'Goes on after a `FurtherProofRequiredError`: one more proof opens the account, or the number goes to a new account. ' +
      'A password reset that waited for the proof is carried out, too.',
  })
  async continueSignIn(
    @Arg('input', () => ContinueSignInInput, { description: 'The token, and one more proof.' })
    input: ContinueSignInInput,
    @Ctx() context: SignInContext,
  ): Promise<typeof ContinueSignInResult> {
    const { continuationToken, newAccount, password = null, emailOtp = null, otp = null } = input;
    const { requestToken = null, deviceToken = null } = input;
    const { acceptLanguage, ...client } = context.client;
    const proof = { continuationToken, password, emailOtp, otp, newAccount, requestToken, deviceToken };
    const command = { ...proof, client, acceptLanguage };
    return toResult(await context.services.continueSignIn.continueSignIn(command), context);
  }
}

function toResult(outcome: ContinueSignInOutcome, context: SignInContext): typeof ContinueSignInResult {
  switch (outcome.kind) {
    case 'signed_in': {
      const { newMember, passkeySuggested, deviceToken } = outcome;
      const fields = { user: toUserType(outcome.user, outcome), tokens: handOver(outcome, context) };
      return Object.assign(new VerifyOtpSuccess(), fields, { newMember, passkeySuggested, deviceToken });
    }
    case 'invalid_input':
      return invalidInput(outcome);
    case 'account_disabled':
      return accountDisabled(outcome);
    case 'invalid_token':
      return userError(InvalidTokenError, { message: 'This sign-in is over. Begin it again.' });
    case 'invalid_credentials':
      return wrongPassword(outcome);
    case 'wrong':
      return invalidOtp(outcome);
    case 'locked':
      return accountLocked(outcome);
    case 'too_many_requests':
      return tooManyFailures(outcome);
    case 'hashing_busy':
      return tooMuchWork(outcome);
  }
}
