import type { OtpWording } from './otp-wording.js';

export const ar: OtpWording<'ar'> = {
  fullStop: '.',
  yourCode: 'هو رمز التحقق الخاص بك',
  yourServiceCode: (serviceName) => `هو رمز ${serviceName} الخاص بك`,
  expiresIn: {
    one: () => 'صالح لدقيقة واحدة.',
    two: () => 'صالح لمدة دقيقتين.',
    few: (minutes) => `صالح لمدة ${minutes} دقائق.`,
    many: (minutes) => `صالح لمدة ${minutes} دقيقة.`,
    other: (minutes) => `صالح لمدة ${minutes} دقيقة.`,
  },
  keepSecret: 'لا تشاركه مع أحد.',
  keepSecretBriefly: 'لا تشاركه.',
  uses: {
    RESET_PASSWORD: 'لتغيير كلمة المرور.',
    CHANGE_PHONE: 'لتغيير رقم الهاتف.',
    VERIFY_EMAIL: 'لتأكيد بريدك الإلكتروني.',
    REAUTHENTICATE: 'لتأكيد هويتك.',
    CONTINUE_SIGN_IN: 'لإتمام تسجيل الدخول.',
  },
  introduction: 'رمز التحقق الخاص بك هو:',
  serviceIntroduction: (serviceName) => `رمز ${serviceName} الخاص بك هو:`,
  repetition: 'مرة أخرى:',
  ignoreEmail: 'إذا لم تطلب هذا الرمز، فتجاهل هذه الرسالة. لا تشارك الرمز مع أي شخص أبدًا.',
};
