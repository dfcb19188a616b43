import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import {
  accountLocked,
  wrongPassword,
  invalidInput,
  invalidOtp,
  passkeyRefused,
  tooManyFailures,
  tooMuchWork,
} from '../../graphql/failures.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { requireSession, SignedIn, unauthenticated } from '../../graphql/signed-in.js';
import { handOver } from '../../sessions/tokens.type.js';
import type { AccountContext } from '../account.context.js';
import type { ReauthenticateOutcome } from './reauthenticate.service.js';
import { ReauthenticateInput, ReauthenticateResult, ReauthenticateSuccess } from './reauthenticate.types.js';

@Resolver()
export class ReauthenticateResolver {
  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => ReauthenticateResult, {
    description:
      'The signed-in user proves again who they are, after a `ReauthenticationRequiredError`. The proof counts for 5 ' +
      'minutes, in this session alone.',
  })
  async reauthenticate(
    @Arg('input', () => ReauthenticateInput, { description: 'The proof.' }) input: ReauthenticateInput,
    @Ctx() context: AccountContext,
  ): Promise<typeof ReauthenticateResult> {
    const session = await requireSession(context);
    const { otp = null, emailOtp = null, password = null, passkeyResponse = null, requestToken = null } = input;
    const { client } = context;
    const command = { session, form: { otp, emailOtp, password, passkeyResponse }, requestToken, client };
    return toResult(await context.services.reauthenticate.reauthenticate(command), context);
  }
}

function toResult(outcome: ReauthenticateOutcome, context: AccountContext): typeof ReauthenticateResult {
  switch (outcome.kind) {
    case 'proved':
      return Object.assign(new ReauthenticateSuccess(), { tokens: handOver(outcome, context) });
    case 'invalid_input':
      return invalidInput(outcome);
    case 'wrong':
      return invalidOtp(outcome);
    case 'invalid_credentials':
      return wrongPassword(outcome);
    case 'passkey_refused':
      return passkeyRefused(outcome);
    case 'locked':
      return accountLocked(outcome);
    case 'too_many_requests':
      return tooManyFailures(outcome);
    case 'hashing_busy':
      return tooMuchWork(outcome);
    case 'session_over':
      throw unauthenticated();
  }
}
