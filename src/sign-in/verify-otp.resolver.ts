import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { RegistrationRequiredError, userError } from '../graphql/user-error.js';
import { handOver } from '../sessions/tokens.type.js';
import { toUserType } from '../users/user.type.js';
import {
  accountDisabled,
  accountLocked,
  captchaRequired,
  furtherProofRequired,
  invalidInput,
  invalidOtp,
  tooManyFailures,
} from '../graphql/failures.js';
import type { VerifyOtpOutcome } from './verify-otp.service.js';
import { VerifyOtpInput, VerifyOtpResult, VerifyOtpSuccess } from './verify-otp.types.js';
import type { SignInContext } from './sign-in.context.js';

@Resolver()
export class VerifyOtpResolver {
  @FieldRateLimit()
  @Mutation(() => VerifyOtpResult, {
    description:
      'Verifies a phone number with its code, and signs the user in. After `register`, send its access token or its ' +
      '`deviceToken`, too. Without one of them, the first verification removes the password and email of the ' +
      'registration, or gives the owner of the number a new account (docs/clients.md).',
  })
  async verifyOtp(
    @Arg('input', () => VerifyOtpInput, { description: 'The phone number and its code.' }) input: VerifyOtpInput,
    @Ctx() context: SignInContext,
  ): Promise<typeof VerifyOtpResult> {
    const { phoneNumber, otp, captchaToken = null, deviceToken = null, requestToken = null } = input;
    const { services, signedInAs } = context;
    const { acceptLanguage, ...client } = context.client;
    const tokens = { captchaToken, deviceToken, requestToken };
    const command = { phoneNumber, otp, ...tokens, client, acceptLanguage, signedInAs };
    return toResult(await services.verifyOtp.verifyOtp(command), context);
  }
}

function toResult(outcome: VerifyOtpOutcome, context: SignInContext): typeof VerifyOtpResult {
  switch (outcome.kind) {
    case 'signed_in': {
      const { newMember, passkeySuggested, deviceToken } = outcome;
      const fields = { user: toUserType(outcome.user, outcome), tokens: handOver(outcome, context) };
      return Object.assign(new VerifyOtpSuccess(), fields, { newMember, passkeySuggested, deviceToken });
    }
    case 'invalid_input':
      return invalidInput(outcome);
    case 'further_proof_required':
      return furtherProofRequired(outcome);
    case 'account_disabled':
      return accountDisabled(outcome);
    case 'captcha_required':
      return captchaRequired(outcome);
    case 'wrong':
      return invalidOtp(outcome);
    case 'locked':
      return accountLocked(outcome);
    case 'too_many_requests':
      return tooManyFailures(outcome);
    case 'registration_required':
      return userError(RegistrationRequiredError, {
        message: 'This number has no account yet. Register with this code.',
      });
  }
}
