import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { invalidInput, tooManyUsernames } from '../../graphql/failures.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { requireSession, SignedIn, unauthenticated } from '../../graphql/signed-in.js';
import { toUserType } from '../../users/user.type.js';
import type { AccountContext } from '../account.context.js';
import type { UpdateProfileOutcome } from './update-profile.service.js';
import { UpdateProfileInput, UpdateProfileResult, UpdateProfileSuccess } from './update-profile.types.js';

@Resolver()
export class UpdateProfileResolver {
  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => UpdateProfileResult, {
    description: 'Changes names, username, language or city of the signed-in user: only what is given.',
  })
  async updateProfile(
    @Arg('input', () => UpdateProfileInput, { description: 'The changes.' }) input: UpdateProfileInput,
    @Ctx() context: AccountContext,
  ): Promise<typeof UpdateProfileResult> {
    const session = await requireSession(context);
    const outcome = await context.services.updateProfile.updateProfile({
      session,
      form: input,
      origin: context.client,
    });
    return toResult(outcome, session.id);
  }
}

function toResult(outcome: UpdateProfileOutcome, sessionId: string): typeof UpdateProfileResult {
  switch (outcome.kind) {
    case 'updated':
      return Object.assign(new UpdateProfileSuccess(), { user: toUserType(outcome.user, { sessionId }) });
    case 'invalid_input':
      return invalidInput(outcome);
    case 'too_many_usernames':
      return tooManyUsernames(outcome);
    case 'session_over':
      throw unauthenticated();
  }
}
