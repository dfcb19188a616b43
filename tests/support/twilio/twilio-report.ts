import twilio from 'twilio';
import type { TwilioAccount } from './twilio-request.js';

export interface Report {
  /** As Twilio was told it, with the id of the row. */
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly signs?: 'called' | 'told';
}

export interface SignedReport {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What Twilio posts when it has something to tell of a message or call, signed with the account's token: the address as
 * it is called, or as it was told, with the fragment that tells how often to try again.
 */
export function signedReport(
  { url, fields, signs = 'called' }: Report,
  { accountSid, authToken }: TwilioAccount,
): SignedReport {
  const all = { AccountSid: accountSid, ApiVersion: '2010-04-01', ...fields };
  const called = url.replace(/#.*$/, '');
  const signed = signs === 'called' ? called : url;
  return {
    url: called,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'user-agent': 'TwilioProxy/1.1',
      'x-twilio-signature': twilio.getExpectedTwilioSignature(authToken, signed, all),
    },
    body: String(new URLSearchParams(all)),
  };
}
