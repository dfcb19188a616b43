import { PROVIDER_TIMEOUT_MS } from '../message-sender.js';
import { defineProvider } from '../provider.js';
import { awsSettings, readAws } from './aws.settings.js';

const SPEND_LIMIT = 'The monthly spend limit of the account is reached. Raise it in the console, or ask AWS to.';

/** AWS End User Messaging: texts and calls. */
export const awsProvider = defineProvider({
  name: 'aws',
  channels: ['SMS', 'VOICE'],
  settings: awsSettings,
  advice: {
    badCredentials:
      'Check AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and that the key may do sms-voice:SendTextMessage.',
    byCode: {
      AccessDeniedException:
        'The key may not send. Allow it sms-voice:SendTextMessage, SendVoiceMessage and PutMessageFeedback.',
      ExpiredTokenException: 'The temporary credentials are over. Give the service others, or a key that lasts.',
      InvalidSignatureException: 'Check AWS_SECRET_ACCESS_KEY, and the clock of this machine.',
      UnrecognizedClientException:
        'AWS does not know AWS_ACCESS_KEY_ID, or the token of temporary credentials is missing.',
      ResourceNotFoundException: 'AWS_SMS_ORIGINATION or AWS_SMS_CONFIGURATION_SET does not exist in AWS_REGION.',
      MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT: SPEND_LIMIT,
      MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE: SPEND_LIMIT,
      PRICE_OVER_THRESHOLD: 'The message would cost more than AWS_SMS_MAX_PRICE.',
      DESTINATION_PHONE_NUMBER_NOT_VERIFIED:
        'The account is in the sandbox, which sends to verified numbers only. Verify the number, or ask AWS to move the account out.',
      NO_ORIGINATION_IDENTITIES_FOUND: 'No sender of the account may send to that country. Request one in AWS_REGION.',
    },
  },
  read: readAws,
  async openSender({ topicArn: _topicArn, ...config }, { clock }) {
    const { AwsSender } = await import('./aws.sender.js');
    return new AwsSender({ ...config, clock, timeoutMs: PROVIDER_TIMEOUT_MS });
  },
  async openReceiver({ topicArn }, { reports, clock }) {
    if (topicArn === null) return null;
    const { AwsReportReceiver } = await import('./aws.receiver.js');
    return new AwsReportReceiver({ topicArn, reports, clock });
  },
});
