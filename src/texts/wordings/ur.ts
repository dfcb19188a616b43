import type { OtpWording } from './otp-wording.js';

const expiresIn = (minutes: number) => `یہ ${minutes} منٹ تک کارآمد ہے۔`;

export const ur: OtpWording<'ur'> = {
  fullStop: '۔',
  yourCode: 'آپ کا تصدیقی کوڈ ہے',
  yourServiceCode: (serviceName) => `آپ کا ${serviceName} کوڈ ہے`,
  expiresIn: { one: expiresIn, other: expiresIn },
  keepSecret: 'کسی کو نہ بتائیں۔',
  keepSecretBriefly: 'راز رکھیں۔',
  introduction: 'آپ کا تصدیقی کوڈ ہے:',
  serviceIntroduction: (serviceName) => `آپ کا ${serviceName} کوڈ ہے:`,
  repetition: 'ایک بار پھر:',
  ignoreEmail: 'اگر آپ نے یہ کوڈ نہیں مانگا تو اس ای میل کو نظر انداز کریں۔ کوڈ کبھی کسی کو نہ بتائیں۔',
};
