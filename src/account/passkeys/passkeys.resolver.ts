import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { invalidInput, reauthenticationRequired } from '../../graphql/failures.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { requireSession, SignedIn, unauthenticated } from '../../graphql/signed-in.js';
import { InvalidTokenError, NotFoundError, userError } from '../../graphql/user-error.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import { toUserType, UserType } from '../../users/user.type.js';
import type { AccountContext } from '../account.context.js';
import type { RemoveOutcome, RenameOutcome } from './own-passkeys.service.js';
import type { FinishRegistrationOutcome, StartRegistrationOutcome } from './passkey-registration.service.js';
import { PasskeyType, toPasskeyType } from './passkey.type.js';
import {
  FinishPasskeyRegistrationInput,
  FinishPasskeyRegistrationResult,
  FinishPasskeyRegistrationSuccess,
  RemovePasskeyResult,
  RemovePasskeySuccess,
  RenamePasskeyResult,
  RenamePasskeySuccess,
  StartPasskeyRegistrationResult,
  StartPasskeyRegistrationSuccess,
} from './passkeys.types.js';

/** The number of passkeys of a user that the cost of a document is counted with. */
const MANY_PASSKEYS = 3;

@Resolver(() => UserType)
export class PasskeyResolver {
  @FieldResolver(() => [PasskeyType], {
    description: 'The passkeys of the account, the first added first.',
    complexity: ({ childComplexity }) => 1 + MANY_PASSKEYS * childComplexity,
  })
  async passkeys(@Root() user: UserType, @Ctx() { loaders }: AccountContext): Promise<PasskeyType[]> {
    return (await loaders.passkeysOf.load(user.id)).map(toPasskeyType);
  }

  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => StartPasskeyRegistrationResult, {
    description:
      'Begins to add a passkey to the account. It needs a proof of the last 5 minutes; on a device that the account has known ' +
      'for less than 7 days and with a verified email address, a code sent there. The account must have verified its ' +
      'number or its email address.',
  })
  async startPasskeyRegistration(@Ctx() context: AccountContext): Promise<typeof StartPasskeyRegistrationResult> {
    return toStart(await context.services.passkeyRegistration.start(await requireSession(context)));
  }

  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => FinishPasskeyRegistrationResult, {
    description: 'Adds the passkey that the browser made after `startPasskeyRegistration`, in the same session.',
  })
  async finishPasskeyRegistration(
    @Arg('input', () => FinishPasskeyRegistrationInput, { description: 'What the browser answered.' })
    { response, name = null }: FinishPasskeyRegistrationInput,
    @Ctx() context: AccountContext,
  ): Promise<typeof FinishPasskeyRegistrationResult> {
    const session = await requireSession(context);
    const command = { session, response, name, origin: context.client };
    return toFinish(await context.services.passkeyRegistration.finish(command), session);
  }

  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => RenamePasskeyResult, { description: 'Gives a passkey of the signed-in user another name.' })
  async renamePasskey(
    @Arg('id', () => ID, { description: 'Which passkey.' }) id: string,
    @Arg('name', () => String, { description: 'What the user calls it.' }) name: string,
    @Ctx() context: AccountContext,
  ): Promise<typeof RenamePasskeyResult> {
    const session = await requireSession(context);
    return toRename(await context.services.ownPasskeys.rename({ session, id, origin: context.client }, name));
  }

  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => RemovePasskeyResult, {
    description:
      'Takes a passkey of the signed-in user away. It needs the same proof as adding one. The last one stays where nothing ' +
      'else opens the account: then `ReauthenticationRequiredError.methods` says what to verify first. With a role other than ' +
      'USER two of number, email address and password must be left.',
  })
  async removePasskey(
    @Arg('id', () => ID, { description: 'Which passkey.' }) id: string,
    @Ctx() context: AccountContext,
  ): Promise<typeof RemovePasskeyResult> {
    const session = await requireSession(context);
    return toRemove(await context.services.ownPasskeys.remove({ session, id, origin: context.client }), session);
  }
}

function toStart(outcome: StartRegistrationOutcome): typeof StartPasskeyRegistrationResult {
  switch (outcome.kind) {
    case 'started':
      return Object.assign(new StartPasskeyRegistrationSuccess(), { options: outcome.options });
    case 'reauthentication_required':
      return reauthenticationRequired(outcome);
    case 'invalid_input':
      return invalidInput(outcome);
  }
}

function toFinish(
  outcome: FinishRegistrationOutcome,
  { id: sessionId, user }: LiveSession,
): typeof FinishPasskeyRegistrationResult {
  switch (outcome.kind) {
    case 'added': {
      const fields = { passkey: toPasskeyType(outcome.passkey), user: toUserType(user, { sessionId }) };
      return Object.assign(new FinishPasskeyRegistrationSuccess(), fields);
    }
    case 'reauthentication_required':
      return reauthenticationRequired(outcome);
    case 'invalid_input':
      return invalidInput(outcome);
    case 'invalid_token':
      return userError(InvalidTokenError, { message: 'This registration is over. Begin it again.' });
    case 'session_over':
      throw unauthenticated();
  }
}

function toRename(outcome: RenameOutcome): typeof RenamePasskeyResult {
  switch (outcome.kind) {
    case 'renamed':
      return Object.assign(new RenamePasskeySuccess(), { passkey: toPasskeyType(outcome.passkey) });
    case 'invalid_input':
      return invalidInput(outcome);
    case 'not_found':
      return notFound();
    case 'session_over':
      throw unauthenticated();
  }
}

function toRemove(outcome: RemoveOutcome, { id: sessionId, user }: LiveSession): typeof RemovePasskeyResult {
  switch (outcome.kind) {
    case 'removed': {
      const fields = { passkey: toPasskeyType(outcome.passkey), user: toUserType(user, { sessionId }) };
      return Object.assign(new RemovePasskeySuccess(), fields);
    }
    case 'reauthentication_required':
      return reauthenticationRequired(outcome);
    case 'not_found':
      return notFound();
    case 'session_over':
      throw unauthenticated();
  }
}

function notFound(): NotFoundError {
  return userError(NotFoundError, { message: 'No passkey of the account has this id.' });
}
