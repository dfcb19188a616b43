import type { OtpWording } from './otp-wording.js';

export const en: OtpWording<'en'> = {
  fullStop: '.',
  yourCode: 'is your verification code',
  yourServiceCode: (serviceName) => `is your ${serviceName} code`,
  expiresIn: {
    one: (minutes) => `It expires in ${minutes} minute.`,
    other: (minutes) => `It expires in ${minutes} minutes.`,
  },
  keepSecret: 'Do not share it with anyone.',
  keepSecretBriefly: 'Keep it secret.',
  uses: {
    RESET_PASSWORD: 'It resets your password.',
    CHANGE_PHONE: 'It changes your phone number.',
    VERIFY_EMAIL: 'It verifies your email address.',
    REAUTHENTICATE: 'It confirms that it is you.',
    CONTINUE_SIGN_IN: 'It completes a sign-in.',
  },
  introduction: 'Your verification code is:',
  serviceIntroduction: (serviceName) => `Your ${serviceName} code is:`,
  repetition: 'Once more:',
  ignoreEmail: 'If you did not ask for this code, ignore this email. Never share the code with anyone.',
};
