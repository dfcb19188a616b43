import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { InvalidTokenError, userError } from '../../graphql/user-error.js';
import { deviceTokenField } from '../../sign-in/sign-in-fields.types.js';
import type { AccountContext } from '../account.context.js';
import type { RevertChangeOutcome } from './revert-change.service.js';
import { RevertChangeResult, RevertChangeSuccess } from './revert-change.types.js';

const PUT_BACK =
  'The account has its old phone number again, and all sessions have ended. Sign in with a code, and set a new password.';
const WITHOUT_NUMBER =
  'All sessions have ended. The account has no phone number now: sign in another way, and add a number.';
const INVALID = 'This code is wrong, was used, or is older than 72 hours.';
const DISABLED =
  'An administrator has locked this account. Contact support: the change can be taken back once the lock is lifted.';
const OTHER_PROOF_NEEDED =
  'This change was made by somebody with more proof than the old number. Sign in first, or use a device that signed in ' +
  'before, or the code in the email.';

@Resolver()
export class RevertChangeResolver {
  @FieldRateLimit()
  @Mutation(() => RevertChangeResult, {
    description:
      'Takes a change of phone number back within 72 hours, with the code in the notice to the old number or to the verified ' +
      'email address. It needs no sign-in. All sessions end, and what was set since the change goes, too: later numbers, a ' +
      'password, an email address. Where the change was made on a device that the account knew, or with two kinds of proofs, ' +
      'the code in the text does only with an access token of the account or a known `deviceToken`: a thief of the old SIM ' +
      'has that code, too.',
  })
  async revertChange(
    @Arg('token', () => String, {
      description: 'The code in the notice: 16 letters and digits. Spaces, hyphens and case do not matter.',
    })
    token: string,
    @Arg('deviceToken', () => String, deviceTokenField) deviceToken: string | null | undefined,
    @Ctx() { services, signedInAs, client }: AccountContext,
  ): Promise<typeof RevertChangeResult> {
    const command = { token, deviceToken: deviceToken ?? null, signedInAs, client };
    return toResult(await services.revertChange.revertChange(command));
  }
}

function toResult({ kind }: RevertChangeOutcome): typeof RevertChangeResult {
  switch (kind) {
    case 'put_back':
      return Object.assign(new RevertChangeSuccess(), { message: PUT_BACK });
    case 'without_number':
      return Object.assign(new RevertChangeSuccess(), { message: WITHOUT_NUMBER });
    case 'invalid_token':
      return userError(InvalidTokenError, { message: INVALID });
    case 'account_disabled':
      return userError(InvalidTokenError, { message: DISABLED });
    case 'other_proof_needed':
      return userError(InvalidTokenError, { message: OTHER_PROOF_NEEDED });
  }
}
