import type { Language } from '../language.js';
import { western } from '../punctuation.js';

const expiresIn = (minutes: number) => `تا ${minutes} دقیقه معتبر است.`;

export const fa: Language<'fa'> = {
  nativeReader: null,
  punctuation: western,
  codes: {
    yourCode: 'کد تأیید شماست',
    yourServiceCode: (serviceName) => `کد تأیید ${serviceName} شماست`,
    expiresIn: { one: expiresIn, other: expiresIn },
    keepSecret: 'به کسی نگویید.',
    keepSecretBriefly: 'فاش نکنید.',
    uses: {
      RESET_PASSWORD: 'برای بازنشانی گذرواژه.',
      CHANGE_PHONE: 'برای تغییر شماره تلفن.',
      VERIFY_EMAIL: 'برای تأیید نشانی ایمیل شما.',
      REAUTHENTICATE: 'برای تأیید هویت شما.',
      CONTINUE_SIGN_IN: 'برای تکمیل ورود.',
    },
    introduction: 'کد تأیید شما:',
    serviceIntroduction: (serviceName) => `کد تأیید ${serviceName} شما:`,
    repetition: 'یک بار دیگر:',
    ignoreEmail: 'اگر این کد را درخواست نکرده‌اید، این ایمیل را نادیده بگیرید. هرگز کد را به کسی نگویید.',
  },
  notices: {
    happened: {
      new_device: 'دستگاه جدیدی وارد حساب شما شد',
      password_changed: 'گذرواژه شما تغییر کرد',
      password_removed: 'گذرواژه شما حذف شد',
      password_reset: 'گذرواژه شما بازنشانی شد',
      email_changed: 'نشانی ایمیل حساب شما تغییر کرد',
      phone_changed: 'شماره تلفن حساب شما تغییر کرد',
      phone_change_reverted: 'تغییر شماره شما برگردانده شد',
      account_locked: 'تلاش‌های نادرست زیاد: حساب شما موقتاً قفل شد',
      deletion_requested: 'حساب شما حذف خواهد شد',
      passkey_added: 'گذرکلیدی به حساب شما افزوده شد',
      passkey_removed: 'گذرکلیدی از حساب شما حذف شد',
      passkey_cloned: 'از نسخه‌ای از گذرکلید شما استفاده شد و همه نشست‌ها پایان یافت',
      passkey_missing: 'کسی بدون گذرکلید می‌خواهد وارد حساب شما شود',
    },
    accountDeleted: 'حساب شما حذف شد',
    endSessions: 'شما نبودید؟ وارد شوید و نشست‌های دیگر را پایان دهید.',
    newPassword: 'شما نبودید؟ با کد وارد شوید و گذرواژه جدید بگذارید.',
    shareNoCode: 'شما نبودید؟ کد را به کسی ندهید.',
    removePasskey: 'شما نبودید؟ وارد شوید و آن را حذف کنید.',
    addAnotherPasskey: 'از راه دیگری وارد شوید و گذرکلید جدید بسازید.',
    takeBack: (until) => `شما نبودید؟ پیش از ${until} با این کد برگردانید:`,
    signInBefore: (until) => `شما نبودید؟ برای نگه داشتن حساب پیش از ${until} وارد شوید.`,
  },
};
