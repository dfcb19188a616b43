import type { OtpWording } from './otp-wording.js';

// "clave de un solo uso": "código" is outside the GSM 7-bit alphabet, and "clave" alone can mean the password.
export const es: OtpWording<'es'> = {
  yourCode: 'es tu clave de un solo uso.',
  yourServiceCode: (serviceName) => `es tu clave de un solo uso para ${serviceName}.`,
  expiresIn: {
    one: (minutes) => `Vence en ${minutes} minuto.`,
    other: (minutes) => `Vence en ${minutes} minutos.`,
  },
  keepSecret: 'No la compartas con nadie.',
};
