import { isolate } from './isolate.js';
import type { OtpWording } from './otp-wording.js';

const expiresIn = (minutes: number) => `یہ ${minutes} منٹ تک کارآمد ہے۔`;

export const ur: OtpWording<'ur'> = {
  yourCode: 'آپ کا تصدیقی کوڈ ہے۔',
  yourServiceCode: (serviceName) => `آپ کا ${isolate(serviceName)} کوڈ ہے۔`,
  expiresIn: { one: expiresIn, other: expiresIn },
  keepSecret: 'یہ کسی کو نہ بتائیں۔',
};
