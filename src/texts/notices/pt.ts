import type { NoticeWording } from './notice-wording.js';

// "PIN" as in texts with codes. "ã", "ç", "í" and "ó" are outside the GSM 7-bit alphabet.
export const pt: NoticeWording = {
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
};
