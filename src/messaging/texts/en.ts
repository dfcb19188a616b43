import type { OtpWording } from './otp-wording.js';

export const en: OtpWording<'en'> = {
  yourCode: 'is your verification code.',
  yourServiceCode: (serviceName) => `is your ${serviceName} code.`,
  expiresIn: {
    one: (minutes) => `It expires in ${minutes} minute.`,
    other: (minutes) => `It expires in ${minutes} minutes.`,
  },
  keepSecret: 'Do not share it with anyone.',
};
