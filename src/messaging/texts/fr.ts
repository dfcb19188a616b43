import type { OtpWording } from './otp-wording.js';

export const fr: OtpWording<'fr'> = {
  yourCode: 'est votre code de vérification.',
  yourServiceCode: (serviceName) => `est votre code ${serviceName}.`,
  expiresIn: {
    one: (minutes) => `Il expire dans ${minutes} minute.`,
    other: (minutes) => `Il expire dans ${minutes} minutes.`,
  },
  keepSecret: 'Ne le communiquez à personne.',
};
