import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { accountDisabled, invalidInput, passkeyRefused } from '../../graphql/failures.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { InvalidTokenError, userError } from '../../graphql/user-error.js';
import { handOver } from '../../sessions/tokens.type.js';
import { toUserType } from '../../users/user.type.js';
import type { SignInContext } from '../sign-in.context.js';
import type { PasskeySignInOutcome } from './passkey-sign-in.service.js';
import {
  FinishPasskeySignInInput,
  FinishPasskeySignInResult,
  FinishPasskeySignInSuccess,
  StartPasskeySignInInput,
  StartPasskeySignInResult,
  StartPasskeySignInSuccess,
} from './passkey-sign-in.types.js';

@Resolver()
export class PasskeySignInResolver {
  @FieldRateLimit()
  @Mutation(() => StartPasskeySignInResult, {
    description:
      'Begins a sign-in with a passkey. The answer says nothing about who has passkeys. Called signed in and without a ' +
      'number, it begins a proof for `reauthenticate`.',
  })
  async startPasskeySignIn(
    @Arg('input', () => StartPasskeySignInInput, { description: 'Which account is meant.' })
    { phoneNumber = null }: StartPasskeySignInInput,
    @Ctx() context: SignInContext,
  ): Promise<typeof StartPasskeySignInResult> {
    const session = phoneNumber === null ? await context.session() : null;
    const outcome = await context.services.startPasskeySignIn.start(phoneNumber, session);
    if (outcome.kind === 'invalid_input') return invalidInput(outcome);
    return Object.assign(new StartPasskeySignInSuccess(), { options: outcome.options });
  }

  @FieldRateLimit()
  @Mutation(() => FinishPasskeySignInResult, {
    description:
      'Signs in with a passkey. Its user was verified by the authenticator, so it opens every account, on every device.',
  })
  async finishPasskeySignIn(
    @Arg('input', () => FinishPasskeySignInInput, { description: 'What the browser answered.' })
    input: FinishPasskeySignInInput,
    @Ctx() context: SignInContext,
  ): Promise<typeof FinishPasskeySignInResult> {
    const { response, deviceToken = null, continuationToken = null } = input;
    const { client, signedInAs } = context;
    const command = { response, deviceToken, continuationToken, client, signedInAs };
    return toResult(await context.services.passkeySignIn.signIn(command), context);
  }
}

function toResult(outcome: PasskeySignInOutcome, context: SignInContext): typeof FinishPasskeySignInResult {
  switch (outcome.kind) {
    case 'signed_in': {
      const { deviceToken } = outcome;
      const fields = { user: toUserType(outcome.user, outcome), tokens: handOver(outcome, context), deviceToken };
      return Object.assign(new FinishPasskeySignInSuccess(), fields);
    }
    case 'account_disabled':
      return accountDisabled(outcome);
    case 'invalid_token':
      return userError(InvalidTokenError, { message: 'This sign-in is over. Begin it again.' });
    case 'passkey_refused':
      return passkeyRefused(outcome);
  }
}
