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
import type { ChangePhoneNumberOutcome } from './change-phone-number.service.js';
import {
  ChangePhoneNumberInput,
  ChangePhoneNumberResult,
  ChangePhoneNumberSuccess,
} from './change-phone-number.types.js';

@Resolver()
export class ChangePhoneNumberResolver {
  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => ChangePhoneNumberResult, {
    description:
      'Gives the account of the signed-in user a new number, with the code that `requestOtp` sent to it for `CHANGE_PHONE`. ' +
      'All other sessions end. The old number and the verified email address are told how to take it back. A number that ' +
      'another account has verified is `TAKEN`; this is told only after the right code.',
  })
  async changePhoneNumber(
    @Arg('input', () => ChangePhoneNumberInput, { description: 'The new number and its code.' })
    input: ChangePhoneNumberInput,
    @Ctx() context: AccountContext,
  ): Promise<typeof ChangePhoneNumberResult> {
    const session = await requireSession(context);
    const { phoneNumber, otp, requestToken = null } = input;
    const command = { session, phoneNumber, otp, requestToken, client: context.client };
    return toResult(await context.services.changePhoneNumber.changePhoneNumber(command), session.id);
  }
}

function toResult(outcome: ChangePhoneNumberOutcome, sessionId: string): typeof ChangePhoneNumberResult {
  switch (outcome.kind) {
    case 'changed': {
      const { revertibleUntil } = outcome;
      const user = toUserType(outcome.user, { sessionId });
      return Object.assign(new ChangePhoneNumberSuccess(), { user, revertibleUntil });
    }
    case 'invalid_input':
      return invalidInput(outcome);
    case 'wrong':
      return invalidOtp(outcome);
    case 'locked':
      return accountLocked(outcome);
    case 'too_many_requests':
      return tooManyFailures(outcome);
    case 'number_unconfirmed':
      return numberUnconfirmed(outcome);
    case 'reauthentication_required':
      return reauthenticationRequired(outcome);
    case 'session_over':
      throw unauthenticated();
  }
}
