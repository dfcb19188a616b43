import type { Language } from '../language.js';
import { western } from '../punctuation.js';

export const ru: Language<'ru'> = {
  nativeReader: null,
  punctuation: western,
  codes: {
    yourCode: '— код подтверждения',
    yourServiceCode: (serviceName) => `— ваш код ${serviceName}`,
    expiresIn: {
      one: (minutes) => `Действует ${minutes} минуту.`,
      few: (minutes) => `Действует ${minutes} минуты.`,
      many: (minutes) => `Действует ${minutes} минут.`,
      other: (minutes) => `Действует ${minutes} минуты.`,
    },
    keepSecret: 'Никому не сообщайте.',
    keepSecretBriefly: 'Это секрет.',
    uses: {
      RESET_PASSWORD: 'Для смены пароля.',
      CHANGE_PHONE: 'Для смены номера.',
      VERIFY_EMAIL: 'Для подтверждения адреса почты.',
      REAUTHENTICATE: 'Для подтверждения личности.',
      CONTINUE_SIGN_IN: 'Для завершения входа.',
    },
    introduction: 'Ваш код подтверждения:',
    serviceIntroduction: (serviceName) => `Ваш код ${serviceName}:`,
    repetition: 'Ещё раз:',
    ignoreEmail:
      'Если вы не запрашивали этот код, не обращайте внимания на это письмо. Никогда никому не сообщайте код.',
  },
  notices: {
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
  },
};
