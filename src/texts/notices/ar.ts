import type { NoticeWording } from './notice-wording.js';

export const ar: NoticeWording = {
  happened: {
    new_device: 'دخل جهاز جديد إلى حسابك',
    password_changed: 'تم تغيير كلمة مرورك',
    password_removed: 'تمت إزالة كلمة مرورك',
    password_reset: 'تمت إعادة تعيين كلمة مرورك',
    email_changed: 'تم تغيير بريدك الإلكتروني',
    phone_changed: 'تم تغيير رقم هاتف حسابك',
    phone_change_reverted: 'تم التراجع عن تغيير رقمك',
    account_locked: 'محاولات خاطئة كثيرة: حسابك مقفل مؤقتًا',
    deletion_requested: 'سيتم حذف حسابك',
    passkey_added: 'أضيف مفتاح مرور إلى حسابك',
    passkey_removed: 'حُذف مفتاح مرور من حسابك',
    passkey_cloned: 'استُخدمت نسخة من مفتاح مرورك',
    passkey_missing: 'يحاول أحدهم فتح حسابك دون مفتاح مرورك',
  },
  accountDeleted: 'تم حذف حسابك',
  endSessions: 'لست أنت؟ ادخل وأنهِ الجلسات الأخرى.',
  newPassword: 'لست أنت؟ ادخل برمز وغيّر كلمة المرور.',
  shareNoCode: 'لست أنت؟ لا تعطِ أحدًا رمزًا.',
  removePasskey: 'لست أنت؟ ادخل واحذفه.',
  addAnotherPasskey: 'ادخل بغيره وأضف جديدًا.',
  takeBack: (until) => `لست أنت؟ تراجع قبل ${until} بهذا الرمز:`,
  signInBefore: (until) => `لست أنت؟ ادخل قبل ${until} لإبقائه.`,
};
