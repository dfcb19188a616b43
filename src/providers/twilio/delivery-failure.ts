import type { DeliveryFailure } from '../delivery-report.js';
import { sendFailureOf } from './failure.js';

/** A message or call with this status did not arrive and never will, so another one may be sent. */
export const lostStatuses: ReadonlySet<string> = new Set(['failed', 'undelivered', 'canceled']);

/**
 * Twilio's error codes (https://www.twilio.com/docs/api/errors) with which it reports that a message was lost after it
 * had been taken.
 */
const failureByTwilioCode: ReadonlyMap<number, DeliveryFailure> = new Map([
  [30001, 'slow_down'], // queue overflow
  [30002, 'bad_credentials'], // account suspended
  [30003, 'unreachable'], // destination handset
  [30004, 'blocked'],
  [30005, 'invalid_number'], // unknown destination handset
  [30006, 'invalid_number'], // landline
  [30007, 'blocked'], // filtered
  [30008, 'undelivered'], // unknown error
  [30017, 'unreachable'], // network of the carrier congested
  [30018, 'blocked'], // carrier wants the sender registered
  [30022, 'slow_down'], // US registration: messages per second
  [30023, 'slow_down'], // US registration: messages per day
  [30024, 'blocked'], // sender not provisioned by the carrier
  [30027, 'slow_down'], // US registration: messages per day, T-Mobile
  [30032, 'blocked'], // toll-free number not verified
  [30033, 'blocked'], // US campaign suspended
  [30034, 'blocked'], // US number not registered
  [30035, 'blocked'], // US campaign not ready
  [30036, 'undelivered'], // waited too long at Twilio
  [30038, 'blocked'], // codes filtered
  [30042, 'blocked'], // name of the sender
  [30410, 'unreachable'], // carrier did not answer in time
  [30450, 'blocked'], // protection against pumping
  [30453, 'blocked'], // as above
  // Of WhatsApp (https://www.twilio.com/docs/whatsapp/tutorial/error-codes).
  [63001, 'bad_credentials'],
  [63003, 'not_on_channel'], // address without a user
  [63005, 'rejected'], // content not accepted
  [63007, 'rejected'], // sender does not exist
  [63008, 'rejected'], // channel not set up right
  [63013, 'blocked'], // policy of the channel
  [63014, 'opted_out'], // the person blocked the sender
  [63015, 'not_on_channel'], // the sandbox reaches only people who joined it
  [63016, 'rejected'], // not a template, and the person has not written for a day
  [63018, 'slow_down'],
  [63020, 'bad_credentials'], // business account
  [63021, 'rejected'], // content not valid
  [63024, 'not_on_channel'], // no valid recipient
  [63027, 'rejected'], // no template in that language
  [63028, 'rejected'], // variables of the template
  [63032, 'blocked'], // limits of WhatsApp for that person
  [63033, 'blocked'],
  [63049, 'blocked'], // WhatsApp chose not to deliver it
]);

/** Answers of a called network (RFC 3261, section 21; 607 and 608: RFC 8197 and RFC 8688). */
const failureBySipCode: ReadonlyMap<number, DeliveryFailure> = new Map([
  [403, 'blocked'],
  [404, 'invalid_number'],
  [408, 'unreachable'],
  [410, 'invalid_number'],
  [480, 'unreachable'],
  [484, 'invalid_number'],
  [486, 'not_answered'],
  [600, 'not_answered'],
  [603, 'not_answered'], // declined
  [604, 'invalid_number'],
  [607, 'blocked'],
  [608, 'blocked'],
]);

export interface Lost {
  readonly failure: DeliveryFailure;
  readonly providerCode: string | null;
}

/** Why something was lost, by the code that Twilio reports. Unknown codes are `undelivered`. */
export function lostBecause(errorCode: string | undefined): Lost {
  if (errorCode === undefined || !/^[1-9]\d{3,5}$/.test(errorCode))
    return { failure: 'undelivered', providerCode: null };
  const code = Number(errorCode);
  return { failure: failureByTwilioCode.get(code) ?? sendFailureOf(code) ?? 'undelivered', providerCode: errorCode };
}

/** Why a call failed, by the answer of the called network. */
export function callLostBecause(sipResponseCode: string | undefined): Lost {
  if (sipResponseCode === undefined || !/^[3-6]\d\d$/.test(sipResponseCode)) return lostBecause(undefined);
  const failure = failureBySipCode.get(Number(sipResponseCode)) ?? 'undelivered';
  return { failure, providerCode: `SIP_${sipResponseCode}` };
}
