import type { OtpWording } from './otp-wording.js';

// "clave de un solo uso": "código" is outside the GSM 7-bit alphabet, and "clave" alone can mean the password. Calls
// and emails use this word as well, so that people know what to look for.
export const es: OtpWording<'es'> = {
  fullStop: '.',
  yourCode: 'es tu clave de un solo uso',
  yourServiceCode: (serviceName) => `es tu clave de un solo uso para ${serviceName}`,
  expiresIn: {
    one: (minutes) => `Vence en ${minutes} minuto.`,
    other: (minutes) => `Vence en ${minutes} minutos.`,
  },
  keepSecret: 'No la compartas con nadie.',
  keepSecretBriefly: 'No la compartas.',
  uses: {
    RESET_PASSWORD: 'Sirve para cambiar la contraseña.',
    CHANGE_PHONE: 'Sirve para cambiar de teléfono.',
    VERIFY_EMAIL: 'Sirve para confirmar tu correo electrónico.',
    REAUTHENTICATE: 'Sirve para confirmar que eres tú.',
    CONTINUE_SIGN_IN: 'Sirve para terminar de iniciar sesión.',
  },
  introduction: 'Tu clave de un solo uso es:',
  serviceIntroduction: (serviceName) => `Tu clave de un solo uso para ${serviceName} es:`,
  repetition: 'De nuevo:',
  ignoreEmail: 'Si no pediste esta clave, ignora este correo. Nunca la compartas con nadie.',
};
