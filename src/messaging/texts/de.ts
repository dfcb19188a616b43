import type { OtpWording } from './otp-wording.js';

export const de: OtpWording<'de'> = {
  yourCode: 'ist Ihr Bestätigungscode.',
  yourServiceCode: (serviceName) => `ist Ihr Code für ${serviceName}.`,
  expiresIn: {
    one: (minutes) => `Er läuft in ${minutes} Minute ab.`,
    other: (minutes) => `Er läuft in ${minutes} Minuten ab.`,
  },
  keepSecret: 'Geben Sie ihn an niemanden weiter.',
};
