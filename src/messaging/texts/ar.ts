import { isolate } from './isolate.js';
import type { OtpWording } from './otp-wording.js';

export const ar: OtpWording<'ar'> = {
  yourCode: 'هو رمز التحقق الخاص بك.',
  yourServiceCode: (serviceName) => `هو رمز ${isolate(serviceName)} الخاص بك.`,
  expiresIn: {
    one: () => 'صالح لمدة دقيقة واحدة.',
    two: () => 'صالح لمدة دقيقتين.',
    few: (minutes) => `صالح لمدة ${minutes} دقائق.`,
    many: (minutes) => `صالح لمدة ${minutes} دقيقة.`,
    other: (minutes) => `صالح لمدة ${minutes} دقيقة.`,
  },
  keepSecret: 'لا تشاركه مع أحد.',
};
