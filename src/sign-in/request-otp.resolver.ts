import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { DeliveryUnavailableError, TooManyRequestsError, UserNotFoundError, userError } from '../graphql/user-error.js';
import { waitInWords } from '../graphql/wait.js';
import { OTP_LENGTH } from '../otp/otp-code.js';
import {
  accountLocked,
  captchaRequired,
  destinationNotAllowed,
  invalidInput,
  reauthenticationRequired,
} from '../graphql/failures.js';
import { requireSession, unauthenticated } from '../graphql/signed-in.js';
import type { RequestOtpOutcome } from './request-otp/outcome.js';
import { OtpPurposeName, RequestOtpInput, RequestOtpResult, RequestOtpSuccess } from './request-otp.types.js';
import type { SignInContext } from './sign-in.context.js';

@Resolver()
export class RequestOtpResolver {
  @FieldRateLimit()
  @Mutation(() => RequestOtpResult, {
    description:
      'Sends a one-time code to a phone number. A valid code is sent again, with the same number of guesses left. If the clients ' +
      'that asked for it have no guess left, or it expires soon, a new code with new guesses is sent. The answer does not ' +
      'wait for the message to be delivered.',
  })
  async requestOtp(
    @Arg('input', () => RequestOtpInput, { description: 'The phone number, and how to send the code.' })
    input: RequestOtpInput,
    @Ctx() context: SignInContext,
  ): Promise<typeof RequestOtpResult> {
    const { phoneNumber, purpose, channel, locale = null, audience = null } = input;
    const { captchaToken = null, deviceToken = null } = input;
    const { acceptLanguage, ipAddress, networks, requestId } = context.client;
    const session = purpose === OtpPurposeName.CHANGE_PHONE ? await requireSession(context) : null;
    return toResult(
      await context.services.requestOtp.requestOtp({
        ...{ phoneNumber, purpose, audience, channel, locale, captchaToken, deviceToken },
        ...{ session, acceptLanguage, ipAddress, networks, requestId },
      }),
    );
  }
}

function toResult(outcome: RequestOtpOutcome): typeof RequestOtpResult {
  switch (outcome.kind) {
    case 'sent': {
      const { kind: _, noted: __, ...sent } = outcome;
      const fields = { ...sent, message: 'OTP sent successfully', codeLength: OTP_LENGTH };
      return Object.assign(new RequestOtpSuccess(), fields);
    }
    case 'invalid_input':
      return invalidInput(outcome);
    case 'reauthentication_required':
      return reauthenticationRequired(outcome);
    case 'session_over':
      throw unauthenticated();
    case 'captcha_required':
      return captchaRequired(outcome);
    case 'destination_not_allowed':
      return destinationNotAllowed(outcome);
    case 'user_not_found':
      return userError(UserNotFoundError, { message: 'No user found with this phone number.' });
    case 'locked':
      return accountLocked(outcome);
    case 'too_many_requests': {
      const { retryAfterSeconds, justSent } = outcome;
      const wait = waitInWords(retryAfterSeconds);
      const message = justSent
        ? `A code was just sent. You can request another in ${wait}.`
        : `No code can be sent right now. Try again in ${wait}.`;
      return userError(TooManyRequestsError, { message, retryAfterSeconds });
    }
    case 'delivery_unavailable': {
      const { retryAfterSeconds } = outcome;
      const message = `Codes cannot be sent at the moment. Try again in ${waitInWords(retryAfterSeconds)}.`;
      return userError(DeliveryUnavailableError, { message, retryAfterSeconds });
    }
  }
}
