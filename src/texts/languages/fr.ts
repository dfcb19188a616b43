import type { Language } from '../language.js';
import { western } from '../punctuation.js';

export const fr: Language<'fr'> = {
  nativeReader: null,
  punctuation: western,
  // A no-break space stands before a colon.
  codes: {
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
  },
  // No colons and question marks: a no-break space stands before them, and it is outside the GSM 7-bit alphabet, as "ê" is.
  notices: {
    happened: {
      new_device: 'Un nouvel appareil a ouvert votre compte',
      password_changed: 'Votre mot de passe a été modifié',
      password_removed: 'Votre mot de passe a été supprimé',
      password_reset: 'Votre mot de passe a été réinitialisé',
      email_changed: "L'adresse e-mail de votre compte a été modifiée",
      phone_changed: 'Le numéro de votre compte a été modifié',
      phone_change_reverted: 'Le changement de votre numéro a été annulé',
      account_locked: 'Trop de codes ou de mots de passe erronés, votre compte est bloqué pour un moment',
      deletion_requested: 'Votre compte sera supprimé',
      passkey_added: "Une clé d'accès a été ajoutée à votre compte",
      passkey_removed: "Une clé d'accès de votre compte a été supprimée",
      passkey_cloned: "Une copie de votre clé d'accès a été utilisée, toutes les sessions sont fermées",
      passkey_missing: "Quelqu'un sans votre clé d'accès veut ouvrir votre compte",
    },
    accountDeleted: 'Votre compte a été supprimé',
    endSessions: "Si ce n'est pas vous, connectez-vous et fermez toutes les autres sessions.",
    newPassword: "Si ce n'est pas vous, connectez-vous avec un code et choisissez un nouveau mot de passe.",
    shareNoCode: "Si ce n'est pas vous, ne donnez jamais de code à personne.",
    removePasskey: "Si ce n'est pas vous, connectez-vous et supprimez-la.",
    addAnotherPasskey: 'Connectez-vous autrement et créez-en une autre.',
    takeBack: (until) => `Si ce n'est pas vous, annulez avant ${until} avec le code`,
    signInBefore: (until) => `Si ce n'est pas vous, connectez-vous avant le ${until} pour le garder.`,
  },
};
