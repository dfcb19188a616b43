import type { Language } from '../language.js';
import { western } from '../punctuation.js';

export const it: Language<'it'> = {
  nativeReader: null,
  punctuation: western,
  codes: {
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
  },
  notices: {
    happened: {
      new_device: 'Un nuovo dispositivo ha avuto accesso al tuo account',
      password_changed: 'La tua password è stata cambiata',
      password_removed: 'La tua password è stata rimossa',
      password_reset: 'La tua password è stata reimpostata',
      email_changed: "L'indirizzo email del tuo account è stato cambiato",
      phone_changed: 'Il numero di telefono del tuo account è stato cambiato',
      phone_change_reverted: 'Il cambio del tuo numero di telefono è stato annullato',
      account_locked: "Troppi codici o password errati: il tuo account è bloccato per un po'",
      deletion_requested: 'Il tuo account sarà eliminato',
      passkey_added: 'Una passkey è stata aggiunta al tuo account',
      passkey_removed: 'Una passkey è stata rimossa dal tuo account',
      passkey_cloned: 'Qualcuno ha usato una copia della tua passkey: tutte le sessioni sono chiuse',
      passkey_missing: 'Qualcuno senza la tua passkey vuole aprire il tuo account',
    },
    accountDeleted: 'Il tuo account è stato eliminato',
    endSessions: 'Non sei stato tu? Accedi e chiudi tutte le altre sessioni.',
    newPassword: 'Non sei stato tu? Accedi con un codice e imposta una nuova password.',
    shareNoCode: 'Non sei stato tu? Non dare mai un codice a nessuno.',
    removePasskey: 'Non sei stato tu? Accedi e rimuovila.',
    addAnotherPasskey: 'Accedi in un altro modo e creane una nuova.',
    takeBack: (until) => `Non sei stato tu? Annulla prima di ${until} con questo codice:`,
    signInBefore: (until) => `Non sei stato tu? Accedi prima del ${until} per conservarlo.`,
  },
};
