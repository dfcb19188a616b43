import type { NoticeWording } from './notice-wording.js';

export const it: NoticeWording = {
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
};
