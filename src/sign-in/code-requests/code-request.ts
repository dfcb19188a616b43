import type { PhoneNumberReading } from '../../phone/phone-number.js';
import type { RequestOtpOutcome } from '../request-otp/outcome.js';
import type { RequestOtpCommand } from '../request-otp/prepared-request.js';
import type { codeRequestTable } from './code-request.table.js';

type Row = typeof codeRequestTable.$inferInsert;
type Outcome = Exclude<RequestOtpOutcome, { kind: 'session_over' }>;

/** A request for a code, as it is noted. */
export type CodeRequest = Omit<Row, 'id'>;

/** By what requests are found: the number in E.164, or what was typed in its place. Null: nothing to find them by. */
export function subjectOf(reading: PhoneNumberReading): string | null {
  if (reading.kind === 'phone_number') return reading.phoneNumber;
  return reading.kind === 'invalid' ? `typed:${reading.text.toLowerCase()}` : null;
}

/** What is noted of a request, but for when and for whom. */
export function noteOf(
  { purpose, channel, requestId, ipAddress }: RequestOtpCommand,
  outcome: Outcome,
): Omit<CodeRequest, 'at' | 'number'> {
  return {
    ...{ purpose, channel, requestId, ipAddress },
    result: outcome.kind,
    reason: reasonOf(outcome),
    budget: 'limit' in outcome ? outcome.limit : null,
    retryAfterSeconds: 'retryAfterSeconds' in outcome ? outcome.retryAfterSeconds : null,
    messageId: outcome.kind === 'sent' ? outcome.noted.messageId : null,
  };
}

function reasonOf(outcome: Outcome): string | null {
  switch (outcome.kind) {
    case 'sent':
      return outcome.noted.withheld;
    case 'destination_not_allowed':
      return outcome.reason;
    case 'invalid_input':
      return outcome.fields.map(({ field, code }) => `${field} ${code}`).join(', ');
    default:
      return null;
  }
}
