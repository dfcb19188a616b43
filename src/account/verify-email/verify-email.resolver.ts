import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import {
  accountLocked,
  invalidInput,
  invalidOtp,
  numberUnconfirmed,
  reauthenticationRequired,
  tooManyFailures,
} from '../../graphql/failures.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { requireSession, SignedIn, unauthenticated } from '../../graphql/signed-in.js';
import { toUserType } from '../../users/user.type.js';
import type { AccountContext } from '../account.context.js';
import type { VerifyEmailOutcome } from './verify-email.service.js';
import { VerifyEmailInput, VerifyEmailResult, VerifyEmailSuccess } from './verify-email.types.js';

@Resolver()
export class VerifyEmailResolver {
  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => VerifyEmailResult, {
    description:
      'Verifies an email address with the code of purpose VERIFY_EMAIL, and makes it the address of the signed-in account. ' +
      'Where it replaces a verified address, the owner is told at the old address and by text, and all other sessions end.',
  })
  async verifyEmail(
    @Arg('input', () => VerifyEmailInput, { description: 'An email address and the code that was sent to it.' })
    input: VerifyEmailInput,
    @Ctx() context: AccountContext,
  ): Promise<typeof VerifyEmailResult> {
    const session = await requireSession(context);
    const { email, otp, requestToken = null } = input;
    const { networks } = context.client;
    const command = { session, email, otp, requestToken, networks, origin: context.client };
    return toResult(await context.services.verifyEmail.verifyEmail(command), session.id);
  }
}

function toResult(outcome: VerifyEmailOutcome, sessionId: string): typeof VerifyEmailResult {
  switch (outcome.kind) {
    case 'verified':
      return Object.assign(new VerifyEmailSuccess(), { user: toUserType(outcome.user, { sessionId }) });
    case 'invalid_input':
      return invalidInput(outcome);
    case 'number_unconfirmed':
      return numberUnconfirmed(outcome);
    case 'reauthentication_required':
      return reauthenticationRequired(outcome);
    case 'wrong':
      return invalidOtp(outcome);
    case 'locked':
      return accountLocked(outcome);
    case 'too_many_requests':
      return tooManyFailures(outcome);
    case 'session_over':
      throw unauthenticated();
  }
}
