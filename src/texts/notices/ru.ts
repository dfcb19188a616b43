import type { NoticeWording } from './notice-wording.js';

export const ru: NoticeWording = {
  happened: {
    new_device: 'Вход с нового устройства',
    password_changed: 'Пароль изменён',
    password_removed: 'Пароль удалён',
    password_reset: 'Пароль сброшен',
    email_changed: 'Адрес почты изменён',
    phone_changed: 'Номер телефона изменён',
    phone_change_reverted: 'Смена номера отменена',
    account_locked: 'Вход временно закрыт: много ошибок',
    deletion_requested: 'Аккаунт будет удалён',
    passkey_added: 'Добавлен ключ доступа',
    passkey_removed: 'Ключ доступа удалён',
    passkey_cloned: 'Ключ доступа скопирован',
    passkey_missing: 'Кто-то входит без ключа доступа',
  },
  accountDeleted: 'Аккаунт удалён',
  endSessions: 'Не вы? Войдите и завершите другие сеансы.',
  newPassword: 'Не вы? Войдите по коду и смените пароль.',
  shareNoCode: 'Не вы? Не сообщайте коды.',
  removePasskey: 'Не вы? Войдите и удалите его.',
  addAnotherPasskey: 'Войдите иначе и создайте новый.',
  takeBack: (until) => `Не вы? Отмените до ${until} этим кодом:`,
  signInBefore: (until) => `Не вы? Войдите до ${until}.`,
};
