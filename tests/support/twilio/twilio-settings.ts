/** The settings of a deployment whose texts Twilio sends. */
export const THROUGH_TWILIO = {
  SMS_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${'0123456789abcdef'.repeat(2)}`,
  TWILIO_AUTH_TOKEN: 'secret-auth-token-0123456789abcdef',
  TWILIO_PHONE_NUMBER: '+15005550006',
};
