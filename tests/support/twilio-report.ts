import twilio from 'twilio';
import type { TwilioAccount } from './twilio-request.js';

export interface Report {
  /** As Twilio was told it, with the id of the row. */
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface SignedReport {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What Twilio posts when it has something to tell of a message or call, signed with the account's token. */
export function signedReport({ url, fields }: Report, { accountSid, authToken }: TwilioAccount): SignedReport {
  const all = { AccountSid: accountSid, ApiVersion: '2010-04-01', ...fields };
  const called = url.replace(/#.*$/, '');
  return {
    url: called,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'user-agent': 'TwilioProxy/1.1',
      'x-twilio-signature': twilio.getExpectedTwilioSignature(authToken, called, all),
    },
    body: String(new URLSearchParams(all)),
  };
}
