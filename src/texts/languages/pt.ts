import type { Language } from '../language.js';
import { western } from '../punctuation.js';

export const pt: Language<'pt'> = {
  nativeReader: null,
  punctuation: western,
  // "PIN" and "nunca": "código" and "não" are outside the GSM 7-bit alphabet. Calls and emails use this word as well, so
  // that people know what to look for.
  codes: {
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
  },
  // "PIN" as in texts with codes. "ã", "ç", "í" and "ó" are outside the GSM 7-bit alphabet.
  notices: {
    happened: {
      new_device: 'Um novo dispositivo entrou na sua conta',
      password_changed: 'A sua senha foi alterada',
      password_removed: 'A sua senha foi removida',
      password_reset: 'A sua senha foi redefinida',
      email_changed: 'O e-mail da sua conta foi alterado',
      phone_changed: 'O telefone da sua conta foi alterado',
      phone_change_reverted: 'A troca do seu telefone foi desfeita',
      account_locked: 'Demasiados PIN ou senhas errados: a sua conta fica bloqueada por algum tempo',
      deletion_requested: 'A sua conta vai ser apagada',
      passkey_added: 'Uma chave de acesso foi adicionada à sua conta',
      passkey_removed: 'Uma chave de acesso foi removida da sua conta',
      passkey_cloned: 'A sua chave de acesso foi copiada: todas as entradas foram encerradas',
      passkey_missing: 'Alguém sem a sua chave de acesso quer abrir a sua conta',
    },
    accountDeleted: 'A sua conta foi apagada',
    endSessions: 'Se foi outra pessoa, entre e encerre todas as outras entradas.',
    newPassword: 'Se foi outra pessoa, entre com um PIN e crie outra senha.',
    shareNoCode: 'Se foi outra pessoa, nunca revele um PIN a ninguém.',
    removePasskey: 'Se foi outra pessoa, entre e remova-a.',
    addAnotherPasskey: 'Entre de outro modo e crie uma nova.',
    takeBack: (until) => `Se foi outra pessoa, anule antes de ${until} com este PIN:`,
    signInBefore: (until) => `Se foi outra pessoa, entre antes de ${until} para a manter.`,
  },
};
