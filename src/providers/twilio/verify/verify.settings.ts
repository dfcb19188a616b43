import { isUnencrypted } from '../../../platform/http-url.js';
import { pattern, type SettingValues, setting, url } from '../../../platform/setting.js';
import type { ProviderUse } from '../../provider.js';
import { twilioSettings } from '../twilio.settings.js';

const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } = twilioSettings;

export const twilioVerifySettings = {
  TWILIO_ACCOUNT_SID,
  TWILIO_AUTH_TOKEN,
  TWILIO_VERIFY_SERVICE_SID: setting(
    pattern(/^VA[0-9a-f]{32}$/i, 'must look like VA followed by 32 hexadecimal digits'),
    '(none)',
    'Verify service, with custom verification codes enabled. Required where twilio-verify sends (docs/twilio-verify.md).',
  ),
  TWILIO_VERIFY_TEMPLATE_SID: setting(
    pattern(/^HJ[0-9a-f]{32}$/i, 'must look like HJ followed by 32 hexadecimal digits'),
    '(that of the service)',
    'Message template of texts and calls.',
  ),
  TWILIO_VERIFY_BASE_URL: setting(
    url(/^https?$/, 'https://verify.twilio.com'),
    "(Twilio's own)",
    'Another address for the Verify API: a proxy, or a stand-in for tests. In production https only.',
  ),
} as const;

type Values = SettingValues<typeof twilioVerifySettings>;

export interface TwilioVerifyConfig {
  readonly accountSid: string;
  readonly authToken: string;
  readonly serviceSid: string;
  readonly templateSid: string | undefined;
  readonly baseUrl: string | undefined;
}

export function readTwilioVerify(values: Values, { production, complain }: ProviderUse): TwilioVerifyConfig {
  for (const name of ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_VERIFY_SERVICE_SID'] as const)
    if (!values[name]) complain(`${name} is required where twilio-verify sends.`);
  if (production && isUnencrypted(values.TWILIO_VERIFY_BASE_URL))
    complain('TWILIO_VERIFY_BASE_URL must begin with https:// in production: the credentials and codes go that way.');
  return {
    accountSid: values.TWILIO_ACCOUNT_SID ?? '',
    authToken: values.TWILIO_AUTH_TOKEN ?? '',
    serviceSid: values.TWILIO_VERIFY_SERVICE_SID ?? '',
    templateSid: values.TWILIO_VERIFY_TEMPLATE_SID,
    baseUrl: values.TWILIO_VERIFY_BASE_URL,
  };
}
