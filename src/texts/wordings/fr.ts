import type { OtpWording } from './otp-wording.js';

// A no-break space stands before a colon.
export const fr: OtpWording<'fr'> = {
  fullStop: '.',
  yourCode: 'est votre code de vérification',
  yourServiceCode: (serviceName) => `est votre code ${serviceName}`,
  expiresIn: {
    one: (minutes) => `Il expire dans ${minutes} minute.`,
    other: (minutes) => `Il expire dans ${minutes} minutes.`,
  },
  keepSecret: 'Ne le communiquez à personne.',
  keepSecretBriefly: 'Gardez-le secret.',
  uses: {
    RESET_PASSWORD: 'Il sert à changer de mot de passe.',
    CHANGE_PHONE: 'Il sert à changer de numéro.',
    VERIFY_EMAIL: 'Il sert à confirmer votre adresse e-mail.',
    REAUTHENTICATE: 'Il sert à confirmer votre identité.',
    CONTINUE_SIGN_IN: 'Il sert à terminer une connexion.',
  },
  introduction: 'Votre code de vérification est\u00a0:',
  serviceIntroduction: (serviceName) => `Votre code ${serviceName} est\u00a0:`,
  repetition: 'Encore une fois\u00a0:',
  ignoreEmail: "Si vous n'avez pas demandé ce code, ignorez cet e-mail. Ne communiquez jamais le code à personne.",
};
