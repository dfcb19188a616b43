import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { handOver } from '../sessions/tokens.type.js';
import { toUserType } from '../users/user.type.js';
import { accountLocked, captchaRequired, invalidCredentials, invalidInput } from './failures.js';
import type { LoginOutcome } from './login.service.js';
import { LoginInput, LoginResult, LoginSuccess } from './login.types.js';

@Resolver()
export class LoginResolver {
  @FieldRateLimit()
  @Mutation(() => LoginResult, { description: 'Signs in with a password.' })
  async login(
    @Arg('input', () => LoginInput, { description: 'Identifier and password.' }) input: LoginInput,
    @Ctx() context: Context,
  ): Promise<typeof LoginResult> {
    const { identifier, password, captchaToken = null } = input;
    const command = { identifier, password, captchaToken, client: context.client };
    return toResult(await context.services.login.login(command), context);
  }
}

function toResult(outcome: LoginOutcome, context: Context): typeof LoginResult {
  switch (outcome.kind) {
    case 'signed_in': {
      const fields = { user: toUserType(outcome.user, outcome), tokens: handOver(outcome.tokens, context) };
      return Object.assign(new LoginSuccess(), fields);
    }
    case 'invalid_input':
      return invalidInput(outcome);
    case 'captcha_required':
      return captchaRequired(outcome);
    case 'invalid_credentials':
      return invalidCredentials(outcome);
    case 'locked':
      return accountLocked(outcome);
  }
}
