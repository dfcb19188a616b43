import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { invalidInput, reauthenticationRequired } from '../../graphql/failures.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { forbidden } from '../../graphql/only-if.js';
import { requireSession, unauthenticated } from '../../graphql/signed-in.js';
import { UserNotFoundError, userError } from '../../graphql/user-error.js';
import { toUserType } from '../../users/user.type.js';
import { type AdminContext, actingScopes, StaffOnly, viewerIn } from '../admin.context.js';
import { type Acting, actingAsService, actingIn } from './acting.js';
import type { ActRefusal } from './acts.service.js';
import {
  DeleteUserInput,
  DeleteUserResult,
  DeleteUserSuccess,
  EndUserSessionsResult,
  EndUserSessionsSuccess,
  LockUserInput,
  LockUserResult,
  LockUserSuccess,
  UnlockUserResult,
  UnlockUserSuccess,
} from './acts.types.js';
import { UpdateUserInput, UpdateUserResult, UpdateUserSuccess } from './update-user.types.js';

const ID_OF_USER = { description: 'The id of the user.' };
const ONLY_WITHOUT_ROLE =
  'With the role SUPPORT, or a service token with the scope `support`: only a user without a role, otherwise FORBIDDEN.';

@Resolver()
export class ActsResolver {
  @FieldRateLimit()
  @StaffOnly('ADMIN')
  @Mutation(() => UpdateUserResult, {
    description: 'Changes profile, role or rights of a user: only what is given. For administrators.',
  })
  async updateUser(
    @Arg('input', () => UpdateUserInput, { description: 'The user, and the changes.' }) input: UpdateUserInput,
    @Ctx() context: AdminContext,
  ): Promise<typeof UpdateUserResult> {
    const session = await requireSession(context);
    const outcome = await context.services.updateUser.update(actingIn(session, context.client), input);
    switch (outcome.kind) {
      case 'done':
        return Object.assign(new UpdateUserSuccess(), { user: toUserType(outcome.user, { sessionId: session.id }) });
      case 'invalid_input':
        return invalidInput(outcome);
      case 'reauthentication_required':
        return reauthenticationRequired(outcome);
      default:
        return refused(outcome);
    }
  }

  @FieldRateLimit()
  @StaffOnly('SUPPORT', actingScopes)
  @Mutation(() => LockUserResult, {
    description:
      'Locks the account of a user. All sessions end at once, and nothing opens it: whoever shows a right proof gets an ' +
      `AccountDisabledError. ${ONLY_WITHOUT_ROLE}`,
  })
  async lockUser(
    @Arg('input', () => LockUserInput, { description: 'The user, why, and until when.' }) input: LockUserInput,
    @Ctx() context: AdminContext,
  ): Promise<typeof LockUserResult> {
    const { id, reason, until = null } = input;
    const outcome = await context.services.acts.lock(await actingFrom(context), { id, reason, until });
    switch (outcome.kind) {
      case 'done': {
        const { user, endedSessions } = outcome;
        return Object.assign(new LockUserSuccess(), {
          user: toUserType(user, await viewerIn(context)),
          endedSessions,
        });
      }
      case 'invalid_input':
        return invalidInput(outcome);
      default:
        return refused(outcome);
    }
  }

  @FieldRateLimit()
  @StaffOnly('SUPPORT', actingScopes)
  @Mutation(() => UnlockUserResult, { description: `Lifts the lock of a user. ${ONLY_WITHOUT_ROLE}` })
  async unlockUser(
    @Arg('id', () => ID, ID_OF_USER) id: string,
    @Ctx() context: AdminContext,
  ): Promise<typeof UnlockUserResult> {
    const outcome = await context.services.acts.unlock(await actingFrom(context), id);
    return outcome.kind === 'done'
      ? Object.assign(new UnlockUserSuccess(), { user: toUserType(outcome.user, await viewerIn(context)) })
      : refused(outcome);
  }

  @FieldRateLimit()
  @StaffOnly('SUPPORT', actingScopes)
  @Mutation(() => EndUserSessionsResult, {
    description: `Signs a user out everywhere, and has the account forget all devices. ${ONLY_WITHOUT_ROLE}`,
  })
  async endUserSessions(
    @Arg('id', () => ID, ID_OF_USER) id: string,
    @Ctx() context: AdminContext,
  ): Promise<typeof EndUserSessionsResult> {
    const outcome = await context.services.acts.endSessions(await actingFrom(context), id);
    return outcome.kind === 'done'
      ? Object.assign(new EndUserSessionsSuccess(), { endedSessions: outcome.endedSessions })
      : refused(outcome);
  }

  @FieldRateLimit()
  @StaffOnly('ADMIN')
  @Mutation(() => DeleteUserResult, {
    description:
      'Deletes the account of a user at once, and everything that is kept about its owner. It needs a proof of yours from the ' +
      'last 5 minutes, and cannot be undone. For administrators; the only one is not deleted.',
  })
  async deleteUser(
    @Arg('input', () => DeleteUserInput, { description: 'The user, and why.' }) input: DeleteUserInput,
    @Ctx() context: AdminContext,
  ): Promise<typeof DeleteUserResult> {
    const session = await requireSession(context);
    const outcome = await context.services.acts.delete(actingIn(session, context.client), input);
    switch (outcome.kind) {
      case 'done':
        return Object.assign(new DeleteUserSuccess(), { deletedAt: outcome.deletedAt });
      case 'invalid_input':
        return invalidInput(outcome);
      case 'reauthentication_required':
        return reauthenticationRequired(outcome);
      default:
        return refused(outcome);
    }
  }
}

/** An administrator in a session, or a service with its token. */
async function actingFrom(context: AdminContext): Promise<Acting> {
  const { calledBy, client } = context;
  return calledBy ? actingAsService(calledBy, client) : actingIn(await requireSession(context), client);
}

function refused({ kind }: ActRefusal): UserNotFoundError {
  switch (kind) {
    case 'user_not_found':
      return userError(UserNotFoundError, { message: 'No user has this id.' });
    case 'forbidden':
      throw forbidden('Only an administrator may do this to an account with a role.');
    case 'session_over':
      throw unauthenticated();
  }
}
