import type { OtpWording } from './otp-wording.js';

export const de: OtpWording<'de'> = {
  fullStop: '.',
  yourCode: 'ist Ihr Bestätigungscode',
  yourServiceCode: (serviceName) => `ist Ihr Code für ${serviceName}`,
  expiresIn: {
    one: (minutes) => `Er läuft in ${minutes} Minute ab.`,
    other: (minutes) => `Er läuft in ${minutes} Minuten ab.`,
  },
  keepSecret: 'Geben Sie ihn an niemanden weiter.',
  keepSecretBriefly: 'Halten Sie ihn geheim.',
  uses: {
    RESET_PASSWORD: 'Er setzt Ihr Passwort zurück.',
    CHANGE_PHONE: 'Er ändert Ihre Telefonnummer.',
    VERIFY_EMAIL: 'Er bestätigt Ihre E-Mail-Adresse.',
    REAUTHENTICATE: 'Er bestätigt, dass Sie es sind.',
    CONTINUE_SIGN_IN: 'Er schließt eine Anmeldung ab.',
  },
  introduction: 'Ihr Bestätigungscode lautet:',
  serviceIntroduction: (serviceName) => `Ihr Code für ${serviceName} lautet:`,
  repetition: 'Noch einmal:',
  ignoreEmail:
    'Wenn Sie diesen Code nicht angefordert haben, ignorieren Sie diese E-Mail. Geben Sie den Code niemals an andere weiter.',
};
