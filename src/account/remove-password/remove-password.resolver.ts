import { Ctx, Mutation, Resolver } from 'type-graphql';
import { reauthenticationRequired } from '../../graphql/failures.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { requireSession, SignedIn, unauthenticated } from '../../graphql/signed-in.js';
import { toUserType } from '../../users/user.type.js';
import type { AccountContext } from '../account.context.js';
import type { RemovePasswordOutcome } from './remove-password.service.js';
import { RemovePasswordResult, RemovePasswordSuccess } from './remove-password.types.js';

@Resolver()
export class RemovePasswordResolver {
  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => RemovePasswordResult, {
    description:
      'Takes the password away: the user signs in by code from then on. All other sessions end, and codes that were sent ' +
      'become invalid. It needs a proof of the last 5 minutes; on a device that the account has known for less than 7 days ' +
      'and with a verified email address, a code sent there. An account that nothing else would open keeps its password: ' +
      'then `ReauthenticationRequiredError.methods` says what to verify first. With a role other than USER this is both ' +
      'the number and the email address.',
  })
  async removePassword(@Ctx() context: AccountContext): Promise<typeof RemovePasswordResult> {
    const session = await requireSession(context);
    const outcome = await context.services.removePassword.removePassword({ session, origin: context.client });
    return toResult(outcome, session.id);
  }
}

function toResult(outcome: RemovePasswordOutcome, sessionId: string): typeof RemovePasswordResult {
  switch (outcome.kind) {
    case 'removed':
      return Object.assign(new RemovePasswordSuccess(), { user: toUserType(outcome.user, { sessionId }) });
    case 'reauthentication_required':
      return reauthenticationRequired(outcome);
    case 'session_over':
      throw unauthenticated();
  }
}
