import { z } from 'zod';
import { type HttpAnswer, parseJson, readAnswerBody } from '../http/answer.js';
import { failureByStatus } from '../http/failure-by-status.js';
import type { FailedOutcome, SendFailure } from '../message-sender.js';
import { said } from '../provider-words.js';

const word = z
  .string()
  .regex(/^[\w.#:/-]{1,120}$/)
  .optional()
  .catch(undefined);
const text = z.string().optional().catch(undefined);

/** An error in AWS JSON 1.0. */
const errorSchema = z.object({
  __type: word,
  Reason: word,
  Message: text,
  message: text,
  Fields: z
    .array(z.object({ Name: z.string() }))
    .optional()
    .catch(undefined),
});
type AwsError = z.output<typeof errorSchema>;

/** By the name of the error, as all services of AWS have them. */
const byName: Readonly<Record<string, SendFailure>> = {
  AccessDeniedException: 'bad_credentials',
  ExpiredTokenException: 'bad_credentials',
  IncompleteSignature: 'bad_credentials',
  IncompleteSignatureException: 'bad_credentials',
  InvalidClientTokenId: 'bad_credentials',
  InvalidSignatureException: 'bad_credentials',
  MissingAuthenticationTokenException: 'bad_credentials',
  NotAuthorized: 'bad_credentials',
  OptInRequired: 'bad_credentials',
  UnrecognizedClientException: 'bad_credentials',
  // The sender, the configuration set or the pool of our settings.
  ResourceNotFoundException: 'bad_credentials',
  ThrottlingException: 'slow_down',
  InternalServerException: 'provider_unavailable',
  InternalFailure: 'provider_unavailable',
  ServiceUnavailable: 'provider_unavailable',
  ConflictException: 'rejected',
  ServiceQuotaExceededException: 'slow_down',
  ValidationException: 'rejected',
};

/** By the reason, which tells more than the name (the types `…ExceptionReason` of the API). */
const byReason: Readonly<Record<string, SendFailure>> = {
  DESTINATION_PHONE_NUMBER_OPTED_OUT: 'opted_out',
  // No sender of the account may send there.
  NO_ORIGINATION_IDENTITIES_FOUND: 'country_not_enabled',
  DESTINATION_COUNTRY_BLOCKED: 'country_not_enabled',
  INVALID_IDENTITY_FOR_DESTINATION_COUNTRY: 'country_not_enabled',
  SENDER_ID_NOT_SUPPORTED: 'country_not_enabled',
  SENDER_ID_REQUIRES_REGISTRATION: 'country_not_enabled',
  // Nothing more is sent in this month.
  MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT: 'bad_credentials',
  MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE: 'bad_credentials',
  // Calls to this number.
  DAILY_DESTINATION_CALL_LIMIT: 'rejected',
};

/** Why AWS did not take a request. Most errors are a 400, so the status tells little. */
export async function refusedBecause(answer: HttpAnswer): Promise<FailedOutcome> {
  const { status, headers } = answer;
  const error = errorSchema.safeParse(parseJson((await readAnswerBody(answer)).text)).data ?? {};
  const name = nameOf(error.__type ?? headers['x-amzn-errortype']);
  const reason = reasonOf(error, name) ?? failureByStatus(status);
  const providerCode = error.Reason ?? name ?? `HTTP_${status}`;
  return { kind: 'failed', reason, providerCode, ...said(error.Message ?? error.message) };
}

function reasonOf({ Reason, Fields }: AwsError, name: string | null): SendFailure | undefined {
  const isNumber = Fields?.some(({ Name }) => Name === 'DestinationPhoneNumber') === true;
  if (name === 'ValidationException' && isNumber) return 'invalid_number';
  return (Reason === undefined ? undefined : byReason[Reason]) ?? (name === null ? undefined : byName[name]);
}

/** `com.amazonaws.pinpointsmsvoicev2#ConflictException`, or `ConflictException:http://…` in a header. */
function nameOf(type: unknown): string | null {
  return typeof type === 'string' ? (/([A-Za-z]{3,60})(?=:|$)/.exec(type.replace(/^.*#/, ''))?.[1] ?? null) : null;
}
