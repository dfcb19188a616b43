import type { OtpWording } from './otp-wording.js';

export const it: OtpWording<'it'> = {
  fullStop: '.',
  yourCode: 'è il tuo codice di verifica',
  yourServiceCode: (serviceName) => `è il tuo codice ${serviceName}`,
  expiresIn: {
    one: (minutes) => `Scade tra ${minutes} minuto.`,
    other: (minutes) => `Scade tra ${minutes} minuti.`,
  },
  keepSecret: 'Non condividerlo con nessuno.',
  keepSecretBriefly: 'Non condividerlo.',
  uses: {
    RESET_PASSWORD: 'Serve per cambiare la password.',
    CHANGE_PHONE: 'Serve per cambiare numero.',
    VERIFY_EMAIL: 'Serve per confermare il tuo indirizzo email.',
    REAUTHENTICATE: 'Serve per confermare la tua identità.',
    CONTINUE_SIGN_IN: 'Serve per completare un accesso.',
  },
  introduction: 'Il tuo codice di verifica è:',
  serviceIntroduction: (serviceName) => `Il tuo codice ${serviceName} è:`,
  repetition: 'Ancora una volta:',
  ignoreEmail: 'Se non hai richiesto questo codice, ignora questa email. Non condividere mai il codice con nessuno.',
};
