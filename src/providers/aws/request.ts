import aws4 from 'aws4';
import type { Clock } from '../../platform/clock.js';
import type { HttpRequest } from '../http/exchange.js';
import type { AwsCredentials } from './aws.settings.js';

/** Version 2 of the API for texts and calls (https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/Welcome.html). */
export type AwsOperation = 'SendTextMessage' | 'SendVoiceMessage' | 'PutMessageFeedback';

export interface AwsEndpoint {
  readonly url: URL;
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly clock: Clock;
}

/** A request in AWS JSON 1.0, signed by Signature Version 4. The signature is good for five minutes. */
export function signedRequest(
  { url, region, credentials, clock }: AwsEndpoint,
  { operation, input }: { operation: AwsOperation; input: object },
): Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'> {
  const body = JSON.stringify(input);
  const headers = {
    'Content-Type': 'application/x-amz-json-1.0',
    'X-Amz-Target': `PinpointSMSVoiceV2.${operation}`,
    'X-Amz-Date': clock
      .now()
      .toISOString()
      .replaceAll(/[-:]|\.\d{3}/g, ''),
  };
  const of = { host: url.host, path: url.pathname, method: 'POST', service: 'sms-voice', region };
  const signed = aws4.sign({ ...of, headers, body }, { ...credentials });
  const named = Object.entries(signed.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { method: 'POST', url, headers: Object.fromEntries(named), body };
}
