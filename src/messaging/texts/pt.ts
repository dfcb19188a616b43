import type { OtpWording } from './otp-wording.js';

// "PIN" and "nunca": "código" and "não" are outside the GSM 7-bit alphabet.
export const pt: OtpWording<'pt'> = {
  yourCode: 'é o seu PIN de acesso.',
  yourServiceCode: (serviceName) => `é o seu PIN ${serviceName}.`,
  expiresIn: {
    one: (minutes) => `Expira em ${minutes} minuto.`,
    other: (minutes) => `Expira em ${minutes} minutos.`,
  },
  keepSecret: 'Nunca o revele a ninguém.',
};
