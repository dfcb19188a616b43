import { isUnencrypted } from '../../platform/http-url.js';
import { pattern, type SettingValues, setting, text, url } from '../../platform/setting.js';
import type { ProviderUse } from '../provider.js';

/** A number, a sender, a pool, or the ARN of one. */
const identity = pattern(/^\+?[A-Za-z0-9_:/-]{1,256}$/, 'must be a number, a sender, a pool, or the ARN of one');
const price = pattern(/^\d{0,2}\.\d{1,5}$/, 'must be an amount in US dollars such as 0.05');

export const awsSettings = {
  AWS_REGION: setting(
    pattern(/^[a-z]{2}(-[a-z]{2,12}){1,2}-\d$/, 'must be a region such as eu-central-1'),
    '(none)',
    'Region of AWS End User Messaging. Required where aws sends (docs/aws.md).',
  ),
  AWS_ACCESS_KEY_ID: setting(
    pattern(/^[A-Z0-9]{16,128}$/, 'must be 16 or more capital letters and digits'),
    '(none)',
    'Access key that may send. Required where aws sends.',
  ),
  AWS_SECRET_ACCESS_KEY: setting(text, '(none)', 'Secret of the access key. Required where aws sends.'),
  AWS_SESSION_TOKEN: setting(text, '(none)', 'Token of temporary credentials. They end with it.'),
  AWS_SMS_ORIGINATION: setting(
    identity,
    '(AWS chooses)',
    'Sender of texts: a number, a sender, a pool, or the ARN of one.',
  ),
  AWS_VOICE_ORIGINATION: setting(identity, '(none)', 'Caller: a number or its ARN. Required where aws sends VOICE.'),
  AWS_SMS_CONFIGURATION_SET: setting(
    pattern(/^[A-Za-z0-9_:/-]{1,256}$/, 'must be the name or ARN of a configuration set'),
    '(none)',
    'Configuration set with an event destination, so that AWS reports what became of messages.',
  ),
  AWS_SMS_MAX_PRICE: setting(price, '(none)', 'The most US dollars that a text may cost: AWS refuses what costs more.'),
  AWS_VOICE_MAX_PRICE: setting(price, '(none)', 'The most US dollars that a minute of a call may cost.'),
  AWS_SNS_TOPIC_ARN: setting(
    pattern(
      /^arn:aws:sns:[a-z0-9-]{5,25}:\d{12}:[\w-]{1,256}$/,
      'must look like arn:aws:sns:eu-central-1:123456789012:texts',
    ),
    '(none)',
    'Topic through which AWS reports. Its subscription is confirmed by itself. Without it, no reports are taken.',
  ),
  AWS_SMS_BASE_URL: setting(
    url(/^https?$/, 'https://sms-voice.eu-central-1.amazonaws.com'),
    "(AWS's own)",
    'Another address for the API: a VPC endpoint, or a stand-in for tests. In production https only.',
  ),
} as const;

type Values = SettingValues<typeof awsSettings>;

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface AwsConfig {
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly text: { readonly origination: string | undefined; readonly maxPrice: string | undefined };
  readonly voice: { readonly origination: string; readonly maxPrice: string | undefined };
  readonly configurationSet: string | undefined;
  readonly topicArn: string | null;
  readonly baseUrl: string | undefined;
}

export function readAws(values: Values, use: ProviderUse): AwsConfig {
  complainOfMissing(values, use);
  warnOfSilence(values, use);
  const { AWS_SESSION_TOKEN: sessionToken } = values;
  return {
    region: values.AWS_REGION ?? '',
    credentials: {
      accessKeyId: values.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: values.AWS_SECRET_ACCESS_KEY ?? '',
      ...(sessionToken !== undefined && { sessionToken }),
    },
    text: { origination: values.AWS_SMS_ORIGINATION, maxPrice: values.AWS_SMS_MAX_PRICE },
    voice: { origination: values.AWS_VOICE_ORIGINATION ?? '', maxPrice: values.AWS_VOICE_MAX_PRICE },
    configurationSet: values.AWS_SMS_CONFIGURATION_SET,
    topicArn: values.AWS_SNS_TOPIC_ARN ?? null,
    baseUrl: values.AWS_SMS_BASE_URL,
  };
}

function complainOfMissing(values: Values, { channels, production, complain }: ProviderUse): void {
  for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const)
    if (!values[name]) complain(`${name} is required where aws sends.`);
  if (channels.has('VOICE') && !values.AWS_VOICE_ORIGINATION)
    complain('AWS_VOICE_ORIGINATION is required where aws sends VOICE: calls come from it.');
  if (production && isUnencrypted(values.AWS_SMS_BASE_URL))
    complain('AWS_SMS_BASE_URL must begin with https:// in production: codes go that way.');
}

function warnOfSilence(values: Values, { production, warn }: ProviderUse): void {
  if (!production || (values.AWS_SNS_TOPIC_ARN && values.AWS_SMS_CONFIGURATION_SET)) return;
  warn(
    'AWS_SNS_TOPIC_ARN and AWS_SMS_CONFIGURATION_SET are not both set: the service does not learn which messages of AWS arrive.',
  );
}
