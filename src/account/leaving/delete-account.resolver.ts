import { Ctx, Mutation, Resolver } from 'type-graphql';
import { reauthenticationRequired } from '../../graphql/failures.js';
import { forbidden } from '../../graphql/only-if.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { requireSession, SignedIn, unauthenticated } from '../../graphql/signed-in.js';
import type { AccountContext } from '../account.context.js';
import type { DeleteAccountOutcome } from './delete-account.service.js';
import { DeleteAccountResult, DeleteAccountSuccess } from './delete-account.types.js';

@Resolver()
export class DeleteAccountResolver {
  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => DeleteAccountResult, {
    description:
      'Deletes the account of the signed-in user, and everything that is kept about them. It needs a proof of the last 5 ' +
      'minutes. It cannot be undone, unless `deletedAt` is in the future.',
  })
  async deleteAccount(@Ctx() context: AccountContext): Promise<typeof DeleteAccountResult> {
    const session = await requireSession(context);
    const outcome = await context.services.deleteAccount.deleteAccount({ session, origin: context.client });
    // What is logged from now on does not name who has left.
    if (outcome.kind === 'deleted') delete context.notes.userId;
    return toResult(outcome);
  }
}

function toResult(outcome: DeleteAccountOutcome): typeof DeleteAccountResult {
  switch (outcome.kind) {
    case 'deleted':
      return Object.assign(new DeleteAccountSuccess(), { deletedAt: outcome.deletedAt });
    case 'reauthentication_required':
      return reauthenticationRequired(outcome);
    case 'last_administrator':
      throw forbidden('You are the only administrator. Make somebody else one first.');
    case 'session_over':
      throw unauthenticated();
  }
}
