import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { requireSession, SignedIn, unauthenticated } from '../graphql/signed-in.js';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { toUserType } from '../users/user.type.js';
import type { ChangePasswordOutcome } from './change-password.service.js';
import { ChangePasswordInput, ChangePasswordResult, ChangePasswordSuccess } from './change-password.types.js';
import {
  accountLocked,
  wrongPassword,
  invalidInput,
  numberUnconfirmed,
  reauthenticationRequired,
  tooMuchWork,
} from '../graphql/failures.js';
import type { AccountContext } from './account.context.js';

@Resolver()
export class ChangePasswordResolver {
  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => ChangePasswordResult, {
    description:
      'Sets or changes the password of the signed-in user. All other sessions end, and codes that were sent become invalid.',
  })
  async changePassword(
    @Arg('input', () => ChangePasswordInput, { description: 'The new password.' }) input: ChangePasswordInput,
    @Ctx() context: AccountContext,
  ): Promise<typeof ChangePasswordResult> {
    const session = await requireSession(context);
    const { currentPassword = null, newPassword, newPasswordConfirm } = input;
    const command = { session, currentPassword, newPassword, newPasswordConfirm, origin: context.client };
    return toResult(await context.services.changePassword.changePassword(command), session.id);
  }
}

function toResult(outcome: ChangePasswordOutcome, sessionId: string): typeof ChangePasswordResult {
  switch (outcome.kind) {
    case 'changed':
      return Object.assign(new ChangePasswordSuccess(), { user: toUserType(outcome.user, { sessionId }) });
    case 'invalid_input':
      return invalidInput(outcome);
    case 'invalid_credentials':
      return wrongPassword(outcome);
    case 'locked':
      return accountLocked(outcome);
    case 'session_over':
      throw unauthenticated();
    case 'hashing_busy':
      return tooMuchWork(outcome);
    case 'number_unconfirmed':
      return numberUnconfirmed(outcome);
    case 'reauthentication_required':
      return reauthenticationRequired(outcome);
  }
}
