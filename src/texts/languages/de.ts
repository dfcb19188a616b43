import type { Language } from '../language.js';
import { western } from '../punctuation.js';

export const de: Language<'de'> = {
  nativeReader: null,
  punctuation: western,
  codes: {
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
  },
  notices: {
    happened: {
      new_device: 'Ein neues Gerät hat sich in Ihrem Konto angemeldet',
      password_changed: 'Ihr Passwort wurde geändert',
      password_removed: 'Ihr Passwort wurde entfernt',
      password_reset: 'Ihr Passwort wurde zurückgesetzt',
      email_changed: 'Die E-Mail-Adresse Ihres Kontos wurde geändert',
      phone_changed: 'Die Telefonnummer Ihres Kontos wurde geändert',
      phone_change_reverted: 'Die Änderung Ihrer Telefonnummer wurde zurückgenommen',
      account_locked: 'Zu viele falsche Codes oder Passwörter: Ihr Konto ist vorübergehend gesperrt',
      deletion_requested: 'Ihr Konto wird gelöscht',
      passkey_added: 'Ihrem Konto wurde ein Passkey hinzugefügt',
      passkey_removed: 'Aus Ihrem Konto wurde ein Passkey entfernt',
      passkey_cloned: 'Eine Kopie Ihres Passkeys wurde benutzt: Alle Sitzungen sind beendet',
      passkey_missing: 'Jemand ohne Ihren Passkey will Ihr Konto öffnen',
    },
    accountDeleted: 'Ihr Konto wurde gelöscht',
    endSessions: 'Das waren nicht Sie? Melden Sie sich an und beenden Sie alle anderen Sitzungen.',
    newPassword: 'Das waren nicht Sie? Melden Sie sich per Code an und setzen Sie ein neues Passwort.',
    shareNoCode: 'Das waren nicht Sie? Geben Sie niemandem einen Code.',
    removePasskey: 'Das waren nicht Sie? Melden Sie sich an und entfernen Sie ihn.',
    addAnotherPasskey: 'Melden Sie sich anders an und legen Sie einen neuen an.',
    takeBack: (until) => `Das waren nicht Sie? Nehmen Sie es vor ${until} zurück, mit diesem Code:`,
    signInBefore: (until) => `Das waren nicht Sie? Melden Sie sich vor dem ${until} an, um es zu behalten.`,
  },
};
