import type { OtpWording } from './otp-wording.js';

// "PIN" and "nunca": "código" and "não" are outside the GSM 7-bit alphabet. Calls and emails use this word as well, so
// that people know what to look for.
export const pt: OtpWording<'pt'> = {
  fullStop: '.',
  yourCode: 'é o seu PIN de acesso',
  yourServiceCode: (serviceName) => `é o seu PIN ${serviceName}`,
  expiresIn: {
    one: (minutes) => `Expira em ${minutes} minuto.`,
    other: (minutes) => `Expira em ${minutes} minutos.`,
  },
  keepSecret: 'Nunca o revele a ninguém.',
  keepSecretBriefly: 'Nunca o revele.',
  uses: {
    RESET_PASSWORD: 'Serve para mudar a senha.',
    CHANGE_PHONE: 'Serve para mudar de telefone.',
    VERIFY_EMAIL: 'Serve para confirmar o seu e-mail.',
    REAUTHENTICATE: 'Serve para confirmar a sua identidade.',
    CONTINUE_SIGN_IN: 'Serve para concluir um acesso.',
  },
  introduction: 'O seu PIN de acesso é:',
  serviceIntroduction: (serviceName) => `O seu PIN ${serviceName} é:`,
  repetition: 'Mais uma vez:',
  ignoreEmail: 'Se não pediu este PIN, ignore este e-mail. Nunca o revele a ninguém.',
};
