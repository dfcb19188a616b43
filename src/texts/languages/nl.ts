import type { Language } from '../language.js';
import { western } from '../punctuation.js';

export const nl: Language<'nl'> = {
  nativeReader: null,
  punctuation: western,
  codes: {
    yourCode: 'is uw verificatiecode',
    yourServiceCode: (serviceName) => `is uw code voor ${serviceName}`,
    expiresIn: {
      one: (minutes) => `De code verloopt over ${minutes} minuut.`,
      other: (minutes) => `De code verloopt over ${minutes} minuten.`,
    },
    keepSecret: 'Deel hem met niemand.',
    keepSecretBriefly: 'Houd hem geheim.',
    uses: {
      RESET_PASSWORD: 'Hiermee stelt u uw wachtwoord opnieuw in.',
      CHANGE_PHONE: 'Hiermee wijzigt u uw telefoonnummer.',
      VERIFY_EMAIL: 'Hiermee bevestigt u uw e-mailadres.',
      REAUTHENTICATE: 'Hiermee bevestigt u dat u het bent.',
      CONTINUE_SIGN_IN: 'Hiermee voltooit u het inloggen.',
    },
    introduction: 'Uw verificatiecode is:',
    serviceIntroduction: (serviceName) => `Uw code voor ${serviceName} is:`,
    repetition: 'Nogmaals:',
    ignoreEmail: 'Als u deze code niet hebt aangevraagd, kunt u deze e-mail negeren. Deel de code nooit met anderen.',
  },
  notices: {
    happened: {
      new_device: 'Een nieuw apparaat heeft ingelogd op uw account',
      password_changed: 'Uw wachtwoord is gewijzigd',
      password_removed: 'Uw wachtwoord is verwijderd',
      password_reset: 'Uw wachtwoord is opnieuw ingesteld',
      email_changed: 'Het e-mailadres van uw account is gewijzigd',
      phone_changed: 'Het telefoonnummer van uw account is gewijzigd',
      phone_change_reverted: 'De wijziging van uw telefoonnummer is teruggedraaid',
      account_locked: 'Te veel onjuiste codes of wachtwoorden: uw account is tijdelijk geblokkeerd',
      deletion_requested: 'Uw account wordt verwijderd',
      passkey_added: 'Er is een toegangssleutel toegevoegd aan uw account',
      passkey_removed: 'Er is een toegangssleutel verwijderd uit uw account',
      passkey_cloned: 'Iemand heeft een kopie van uw toegangssleutel gebruikt, daarom zijn alle sessies gesloten',
      passkey_missing: 'Iemand zonder uw toegangssleutel wil uw account openen',
    },
    accountDeleted: 'Uw account is verwijderd',
    endSessions: 'Was u dit niet? Log in en sluit alle andere sessies.',
    newPassword: 'Was u dit niet? Log in met een code en stel een nieuw wachtwoord in.',
    shareNoCode: 'Was u dit niet? Geef nooit iemand een code.',
    removePasskey: 'Was u dit niet? Log in en verwijder hem.',
    addAnotherPasskey: 'Log op een andere manier in en voeg een nieuwe toe.',
    takeBack: (until) => `Was u dit niet? Draai het voor ${until} terug met deze code:`,
    signInBefore: (until) => `Was u dit niet? Log in voor ${until} om uw account te behouden.`,
  },
};
