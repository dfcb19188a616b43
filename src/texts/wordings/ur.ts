import type { OtpWording } from './otp-wording.js';

const expiresIn = (minutes: number) => `یہ ${minutes} منٹ تک کارآمد ہے۔`;

export const ur: OtpWording<'ur'> = {
  fullStop: '۔',
  yourCode: 'آپ کا تصدیقی کوڈ ہے',
  yourServiceCode: (serviceName) => `آپ کا ${serviceName} کوڈ ہے`,
  expiresIn: { one: expiresIn, other: expiresIn },
  keepSecret: 'کسی کو نہ بتائیں۔',
  keepSecretBriefly: 'راز رکھیں۔',
  uses: {
    RESET_PASSWORD: 'پاس ورڈ بدلنے کے لیے۔',
    CHANGE_PHONE: 'فون نمبر بدلنے کے لیے۔',
    VERIFY_EMAIL: 'ای میل پتے کی تصدیق کے لیے۔',
    REAUTHENTICATE: 'یہ تصدیق کرنے کے لیے کہ یہ آپ ہیں۔',
    CONTINUE_SIGN_IN: 'سائن ان مکمل کرنے کے لیے۔',
  },
  introduction: 'آپ کا تصدیقی کوڈ ہے:',
  serviceIntroduction: (serviceName) => `آپ کا ${serviceName} کوڈ ہے:`,
  repetition: 'ایک بار پھر:',
  ignoreEmail: 'اگر آپ نے یہ کوڈ نہیں مانگا تو اس ای میل کو نظر انداز کریں۔ کوڈ کبھی کسی کو نہ بتائیں۔',
};
