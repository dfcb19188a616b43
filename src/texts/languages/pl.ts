import type { Language } from '../language.js';
import { western } from '../punctuation.js';

const expiresIn = (minutes: number) => `Wygasa za ${minutes} min.`;

export const pl: Language<'pl'> = {
  nativeReader: null,
  punctuation: western,
  // "ą", "ę", "ł", "ó", "ś" and "ż" are outside the GSM 7-bit alphabet. So texts with codes say "min." for all forms of "minuta",
  // and "dane logowania" for "hasło".
  codes: {
    yourCode: 'to kod weryfikacyjny',
    yourServiceCode: (serviceName) => `to kod weryfikacyjny ${serviceName}`,
    expiresIn: { one: expiresIn, few: expiresIn, many: expiresIn, other: expiresIn },
    keepSecret: 'Nie podawaj go nikomu.',
    keepSecretBriefly: 'Nie podawaj go.',
    uses: {
      RESET_PASSWORD: 'Zmienia dane logowania.',
      CHANGE_PHONE: 'Zmienia numer telefonu.',
      VERIFY_EMAIL: 'Potwierdza Twój adres e-mail.',
      REAUTHENTICATE: 'Potwierdza, że to Ty.',
      CONTINUE_SIGN_IN: 'Kończy logowanie.',
    },
    introduction: 'Twój kod weryfikacyjny to:',
    serviceIntroduction: (serviceName) => `Twój kod weryfikacyjny ${serviceName} to:`,
    repetition: 'Jeszcze raz:',
    ignoreEmail: 'Jeśli to nie Ty prosisz o ten kod, zignoruj tę wiadomość. Nigdy nikomu nie podawaj kodu.',
  },
  // Outside the GSM 7-bit alphabet: without its own letters, Polish cannot say them clearly.
  notices: {
    happened: {
      new_device: 'Nowe urządzenie zalogowało się na Twoje konto',
      password_changed: 'Twoje hasło zostało zmienione',
      password_removed: 'Twoje hasło zostało usunięte',
      password_reset: 'Twoje hasło zostało zresetowane',
      email_changed: 'Adres e-mail Twojego konta został zmieniony',
      phone_changed: 'Numer telefonu Twojego konta został zmieniony',
      phone_change_reverted: 'Zmiana numeru telefonu została cofnięta',
      account_locked: 'Zbyt wiele błędnych kodów lub haseł: konto jest chwilowo zablokowane',
      deletion_requested: 'Twoje konto zostanie usunięte',
      passkey_added: 'Do Twojego konta dodano klucz dostępu',
      passkey_removed: 'Z Twojego konta usunięto klucz dostępu',
      passkey_cloned: 'Użyto kopii Twojego klucza dostępu, więc zakończono wszystkie sesje',
      passkey_missing: 'Ktoś bez Twojego klucza dostępu chce otworzyć Twoje konto',
    },
    accountDeleted: 'Twoje konto zostało usunięte',
    endSessions: 'To nie Ty? Zaloguj się i zakończ wszystkie inne sesje.',
    newPassword: 'To nie Ty? Zaloguj się kodem i ustaw nowe hasło.',
    shareNoCode: 'To nie Ty? Nie podawaj nikomu kodu.',
    removePasskey: 'To nie Ty? Zaloguj się i usuń go.',
    addAnotherPasskey: 'Zaloguj się inaczej i dodaj nowy klucz.',
    takeBack: (until) => `To nie Ty? Cofnij to przed ${until} tym kodem:`,
    signInBefore: (until) => `To nie Ty? Zaloguj się przed ${until}, aby je zachować.`,
  },
};
