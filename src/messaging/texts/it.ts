import type { OtpWording } from './otp-wording.js';

export const it: OtpWording<'it'> = {
  yourCode: 'è il tuo codice di verifica.',
  yourServiceCode: (serviceName) => `è il tuo codice ${serviceName}.`,
  expiresIn: {
    one: (minutes) => `Scade tra ${minutes} minuto.`,
    other: (minutes) => `Scade tra ${minutes} minuti.`,
  },
  keepSecret: 'Non condividerlo con nessuno.',
};
