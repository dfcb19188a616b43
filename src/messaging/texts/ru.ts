import type { OtpWording } from './otp-wording.js';

export const ru: OtpWording<'ru'> = {
  yourCode: '— ваш код подтверждения.',
  yourServiceCode: (serviceName) => `— ваш код ${serviceName}.`,
  expiresIn: {
    one: (minutes) => `Он действует ${minutes} минуту.`,
    few: (minutes) => `Он действует ${minutes} минуты.`,
    many: (minutes) => `Он действует ${minutes} минут.`,
    other: (minutes) => `Он действует ${minutes} минуты.`,
  },
  keepSecret: 'Никому его не сообщайте.',
};
