import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { accountLocked, captchaRequired, invalidInput, reauthenticationRequired } from '../../graphql/failures.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { requireSession } from '../../graphql/signed-in.js';
import { DeliveryUnavailableError, TooManyRequestsError, userError } from '../../graphql/user-error.js';
import { waitInWords } from '../../graphql/wait.js';
import { OTP_LENGTH } from '../../otp/otp-code.js';
import type { AccountContext } from '../account.context.js';
import type { RequestEmailOtpOutcome } from './request-email-otp.service.js';
import {
  EmailOtpPurposeName,
  RequestEmailOtpInput,
  RequestEmailOtpResult,
  RequestEmailOtpSuccess,
} from './request-email-otp.types.js';

const SIGNED_IN: readonly EmailOtpPurposeName[] = [
  EmailOtpPurposeName.VERIFY_EMAIL,
  EmailOtpPurposeName.REAUTHENTICATE,
];

@Resolver()
export class RequestEmailOtpResolver {
  @FieldRateLimit()
  @Mutation(() => RequestEmailOtpResult, {
    description:
      'Sends a one-time code to an email address. A valid code is sent again, with the same number of guesses left. If the clients ' +
      'that asked for it have no guess left, or it expires soon, a new code with new guesses is sent. The answer does not ' +
      'wait for the email to be delivered.',
  })
  async requestEmailOtp(
    @Arg('input', () => RequestEmailOtpInput, { description: 'Where to send a code by email, and what for.' })
    input: RequestEmailOtpInput,
    @Ctx() context: AccountContext,
  ): Promise<typeof RequestEmailOtpResult> {
    const { purpose, email = null, locale = null, captchaToken = null, continuationToken = null } = input;
    const { acceptLanguage, ipAddress, networks } = context.client;
    const session = SIGNED_IN.includes(purpose) ? await requireSession(context) : null;
    return toResult(
      await context.services.requestEmailOtp.requestEmailOtp({
        ...{ purpose, email, locale, captchaToken, continuationToken, session },
        ...{ acceptLanguage, ipAddress, networks },
      }),
    );
  }
}

function toResult(outcome: RequestEmailOtpOutcome): typeof RequestEmailOtpResult {
  switch (outcome.kind) {
    case 'sent': {
      const { kind: _, ...sent } = outcome;
      const fields = { ...sent, message: 'OTP sent successfully', codeLength: OTP_LENGTH };
      return Object.assign(new RequestEmailOtpSuccess(), fields);
    }
    case 'invalid_input':
      return invalidInput(outcome);
    case 'reauthentication_required':
      return reauthenticationRequired(outcome);
    case 'captcha_required':
      return captchaRequired(outcome);
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
