import { TEST_SECRET } from './service.js';

/** Settings that production starts with, as one whose texts Twilio sends. */
export const PRODUCTION = {
  NODE_ENV: 'production',
  APP_SECRET: TEST_SECRET,
  PUBLIC_URL: 'https://accounts.example.com',
  SMS_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_PHONE_NUMBER: '+15005550006',
} as const;
