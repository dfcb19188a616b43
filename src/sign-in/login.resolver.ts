import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { handOver } from '../sessions/tokens.type.js';
import { toUserType } from '../users/user.type.js';
import {
  accountDisabled,
  accountLocked,
  captchaRequired,
  furtherProofRequired,
  invalidCredentials,
  invalidInput,
  tooManyFailures,
  tooMuchWork,
} from '../graphql/failures.js';
import type { LoginOutcome } from './login.service.js';
import { LoginInput, LoginResult, LoginSuccess } from './login.types.js';
import type { SignInContext } from './sign-in.context.js';

@Resolver()
export class LoginResolver {
  @FieldRateLimit()
  @Mutation(() => LoginResult, { description: 'Signs in with a password.' })
  async login(
    @Arg('input', () => LoginInput, { description: 'Identifier and password.' }) input: LoginInput,
    @Ctx() context: SignInContext,
  ): Promise<typeof LoginResult> {
    const { identifier, password, captchaToken = null, deviceToken = null } = input;
    const { client, services } = context;
    return toResult(await services.login.login({ identifier, password, captchaToken, deviceToken, client }), context);
  }
}

function toResult(outcome: LoginOutcome, context: SignInContext): typeof LoginResult {
  switch (outcome.kind) {
    case 'signed_in': {
      const { deviceToken } = outcome;
      const fields = {
        user: toUserType(outcome.user, outcome),
        tokens: handOver(outcome, context),
        deviceToken,
      };
      return Object.assign(new LoginSuccess(), fields);
    }
    case 'invalid_input':
      return invalidInput(outcome);
    case 'further_proof_required':
      return furtherProofRequired(outcome);
    case 'account_disabled':
      return accountDisabled(outcome);
    case 'captcha_required':
      return captchaRequired(outcome);
    case 'invalid_credentials':
      return invalidCredentials(outcome);
    case 'locked':
      return accountLocked(outcome);
    case 'too_many_requests':
      return tooManyFailures(outcome);
    case 'hashing_busy':
      return tooMuchWork(outcome);
  }
}
