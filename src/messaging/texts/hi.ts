import type { OtpWording } from './otp-wording.js';

const expiresIn = (minutes: number) => `यह ${minutes} मिनट तक मान्य है।`;

export const hi: OtpWording<'hi'> = {
  yourCode: 'आपका सत्यापन कोड है।',
  yourServiceCode: (serviceName) => `आपका ${serviceName} कोड है।`,
  expiresIn: { one: expiresIn, other: expiresIn },
  keepSecret: 'इसे किसी को न बताएं।',
};
