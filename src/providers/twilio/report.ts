import type { DeliveryReport } from '../delivery-report.js';
import { said } from '../provider-words.js';
import { LEAST_HEARD } from './call.js';
import { callLostBecause, lostBecause } from './delivery-failure.js';
import { isCallSid, isMessageSid } from './sid.js';

/** Form fields of a report, each there once. */
export type ReportFields = Readonly<Record<string, string | undefined>>;

type Became = Pick<DeliveryReport, 'state' | 'failure' | 'providerCode' | 'providerMessage'>;

/** What a report says. `nothing`: it holds no news. `unreadable`: it is not a report as Twilio makes them. */
export type ReportReading = (Became & { readonly providerMessageId: string }) | 'nothing' | 'unreadable';

/**
 * Reads a report of a message (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status) or of a call
 * (https://www.twilio.com/docs/voice/api/call-resource#statuscallback).
 */
export function readReport(fields: ReportFields): ReportReading {
  const { MessageSid, MessageStatus, CallSid, CallStatus } = fields;
  if (isMessageSid(MessageSid) && MessageStatus !== undefined) return of(MessageSid, messageBecame(fields));
  if (isCallSid(CallSid) && CallStatus !== undefined) return of(CallSid, callBecame(fields));
  return 'unreadable';
}

function of(providerMessageId: string, became: Became | null): ReportReading {
  return became === null ? 'nothing' : { ...became, providerMessageId };
}

/** Other statuses (accepted, queued, sending, later additions) say that the message is on its way, which is known. */
function messageBecame({ MessageStatus, ErrorCode, ErrorMessage, ChannelStatusMessage }: ReportFields): Became | null {
  switch (MessageStatus) {
    case 'sent':
      return { state: 'sent' };
    case 'delivered':
    case 'read':
      return { state: 'delivered' };
    case 'undelivered':
    case 'failed':
    case 'canceled':
      // The second is WhatsApp's.
      return { state: 'failed', ...lostBecause(ErrorCode), ...said(ErrorMessage ?? ChannelStatusMessage) };
    default:
      return null;
  }
}

function callBecame(fields: ReportFields): Became | null {
  switch (fields['CallStatus']) {
    case 'ringing':
    case 'in-progress':
      return { state: 'sent' };
    case 'completed':
      return heard(fields) ? { state: 'delivered' } : notAnswered;
    case 'busy':
    case 'no-answer':
      return notAnswered;
    case 'failed':
    case 'canceled':
      return { state: 'failed', ...callLoss(fields) };
    default:
      return null;
  }
}

const notAnswered: Became = { state: 'failed', failure: 'not_answered', providerCode: null };

/** A person who hung up before the last digit has no code. */
function heard({ CallDuration }: ReportFields): boolean {
  return CallDuration !== undefined && /^\d{1,6}$/.test(CallDuration) && Number(CallDuration) >= LEAST_HEARD;
}

function callLoss({ ErrorCode, SipResponseCode }: ReportFields) {
  const byTwilio = lostBecause(ErrorCode);
  return byTwilio.providerCode === null ? callLostBecause(SipResponseCode) : byTwilio;
}
