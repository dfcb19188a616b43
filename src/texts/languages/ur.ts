import type { Language } from '../language.js';
import { urdu } from '../punctuation.js';

const expiresIn = (minutes: number) => `یہ ${minutes} منٹ تک کارآمد ہے۔`;

export const ur: Language<'ur'> = {
  nativeReader: null,
  punctuation: urdu,
  codes: {
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
  },
  notices: {
    happened: {
      new_device: 'نیا آلہ آپ کے اکاؤنٹ میں آیا',
      password_changed: 'آپ کا پاس ورڈ بدل گیا',
      password_removed: 'آپ کا پاس ورڈ ہٹا دیا گیا',
      password_reset: 'آپ کا پاس ورڈ دوبارہ رکھا گیا',
      email_changed: 'آپ کا ای میل پتا بدل گیا',
      phone_changed: 'آپ کے اکاؤنٹ کا فون نمبر بدل گیا',
      phone_change_reverted: 'نمبر کی تبدیلی واپس ہو گئی',
      account_locked: 'کئی غلط کوششیں: اکاؤنٹ عارضی طور پر بند ہے',
      deletion_requested: 'آپ کا اکاؤنٹ حذف ہو جائے گا',
      passkey_added: 'اکاؤنٹ میں پاس کی شامل ہوئی',
      passkey_removed: 'پاس کی ہٹا دی گئی',
      passkey_cloned: 'پاس کی کی نقل چلی، سب سیشن ختم ہوئے',
      passkey_missing: 'کوئی پاس کی کے بغیر اکاؤنٹ کھول رہا ہے',
    },
    accountDeleted: 'آپ کا اکاؤنٹ حذف ہو گیا',
    endSessions: 'آپ نہیں؟ سائن ان کر کے دیگر سیشن ختم کریں۔',
    newPassword: 'آپ نہیں؟ کوڈ سے آ کر نیا پاس ورڈ رکھیں۔',
    shareNoCode: 'آپ نہیں؟ کسی کو کوڈ نہ دیں۔',
    removePasskey: 'آپ نہیں؟ سائن ان کر کے ہٹائیں۔',
    addAnotherPasskey: 'نئی پاس کی بنائیں۔',
    takeBack: (until) => `آپ نہیں؟ ${until} سے پہلے اس کوڈ سے واپس لیں:`,
    signInBefore: (until) => `آپ نہیں؟ رکھنے کے لیے ${until} سے پہلے سائن ان کریں۔`,
  },
};
