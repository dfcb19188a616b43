import type { OtpWording } from './otp-wording.js';

export const ru: OtpWording<'ru'> = {
  fullStop: '.',
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
  ignoreEmail: 'Если вы не запрашивали этот код, не обращайте внимания на это письмо. Никогда никому не сообщайте код.',
};
