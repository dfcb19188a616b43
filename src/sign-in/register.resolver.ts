import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { handOver } from '../sessions/tokens.type.js';
import { toUserType } from '../users/user.type.js';
import {
  accountDisabled,
  accountLocked,
  captchaRequired,
  invalidInput,
  invalidOtp,
  tooManyFailures,
  tooManyRegistrations,
  tooMuchWork,
} from '../graphql/failures.js';
import type { RegisterOutcome } from './register.service.js';
import { RegisterInput, RegisterResult, RegisterSuccess } from './register.types.js';
import type { SignInContext } from './sign-in.context.js';

@Resolver()
export class RegisterResolver {
  @FieldRateLimit()
  @Mutation(() => RegisterResult, {
    description:
      'Creates an account and signs the user in. `signInOptions.registrationFields` says which fields it needs. Without `verificationCode` the phone number is unverified: ' +
      'call `requestOtp` and then `verifyOtp` with the access token or the `deviceToken` of this account.',
  })
  async register(
    @Arg('input', () => RegisterInput, { description: 'The registration form.' }) input: RegisterInput,
    @Ctx() context: SignInContext,
  ): Promise<typeof RegisterResult> {
    const { email = null, password = null, passwordConfirm = null, firstName = null, lastName = null } = input;
    const { username = null, locationId = null, verificationCode = null } = input;
    const { captchaToken = null, requestToken = null } = input;
    const form = {
      ...{ phoneNumber: input.phoneNumber, email, password, passwordConfirm, firstName, lastName, username },
      ...{ locationId, verificationCode },
    };
    const { acceptLanguage, ...client } = context.client;
    const command = { form, captchaToken, requestToken, client, acceptLanguage };
    return toResult(await context.services.register.register(command), context);
  }
}

function toResult(outcome: RegisterOutcome, context: SignInContext): typeof RegisterResult {
  switch (outcome.kind) {
    case 'registered': {
      const { passkeySuggested, deviceToken } = outcome;
      const fields = {
        user: toUserType(outcome.user, outcome),
        tokens: handOver(outcome, context),
        passkeySuggested,
        deviceToken,
      };
      return Object.assign(new RegisterSuccess(), fields);
    }
    case 'invalid_input':
      return invalidInput(outcome);
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
    case 'too_many_registrations':
      return tooManyRegistrations(outcome);
    case 'hashing_busy':
      return tooMuchWork(outcome);
  }
}
