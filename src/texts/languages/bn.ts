import type { Language } from '../language.js';
import { danda } from '../punctuation.js';

const expiresIn = (minutes: number) => `এর মেয়াদ ${minutes} মিনিট।`;

export const bn: Language<'bn'> = {
  nativeReader: null,
  punctuation: danda,
  codes: {
    yourCode: 'আপনার যাচাইকরণ কোড',
    yourServiceCode: (serviceName) => `আপনার ${serviceName} কোড`,
    expiresIn: { one: expiresIn, other: expiresIn },
    keepSecret: 'কাউকে জানাবেন না।',
    keepSecretBriefly: 'গোপন রাখুন।',
    uses: {
      RESET_PASSWORD: 'পাসওয়ার্ড বদলাতে।',
      CHANGE_PHONE: 'ফোন নম্বর বদলাতে।',
      VERIFY_EMAIL: 'ইমেইল ঠিকানা যাচাই করতে।',
      REAUTHENTICATE: 'এটি আপনি কি না নিশ্চিত করতে।',
      CONTINUE_SIGN_IN: 'সাইন ইন সম্পূর্ণ করতে।',
    },
    introduction: 'আপনার যাচাইকরণ কোড হলো:',
    serviceIntroduction: (serviceName) => `আপনার ${serviceName} কোড হলো:`,
    repetition: 'আবার বলছি:',
    ignoreEmail: 'আপনি এই কোড না চেয়ে থাকলে ইমেলটি উপেক্ষা করুন। কোডটি কখনও কাউকে জানাবেন না।',
  },
  notices: {
    happened: {
      new_device: 'নতুন ডিভাইস থেকে সাইন ইন হয়েছে',
      password_changed: 'আপনার পাসওয়ার্ড বদলেছে',
      password_removed: 'আপনার পাসওয়ার্ড সরানো হয়েছে',
      password_reset: 'আপনার পাসওয়ার্ড রিসেট হয়েছে',
      email_changed: 'আপনার ইমেল ঠিকানা বদলেছে',
      phone_changed: 'আপনার অ্যাকাউন্টের ফোন নম্বর বদলেছে',
      phone_change_reverted: 'নম্বর বদল ফিরিয়ে নেওয়া হয়েছে',
      account_locked: 'অনেক ভুল চেষ্টা: অ্যাকাউন্ট কিছুক্ষণ বন্ধ',
      deletion_requested: 'আপনার অ্যাকাউন্ট মুছে যাবে',
      passkey_added: 'অ্যাকাউন্টে পাসকি যোগ হয়েছে',
      passkey_removed: 'অ্যাকাউন্ট থেকে পাসকি সরেছে',
      passkey_cloned: 'পাসকির নকল চলেছে, সব সেশন শেষ',
      passkey_missing: 'কেউ পাসকি ছাড়া অ্যাকাউন্টে ঢুকছে',
    },
    accountDeleted: 'আপনার অ্যাকাউন্ট মুছে গেছে',
    endSessions: 'আপনি নন? অন্য সব সেশন শেষ করুন।',
    newPassword: 'আপনি নন? নতুন পাসওয়ার্ড দিন।',
    shareNoCode: 'আপনি নন? কাউকে কোড দেবেন না।',
    removePasskey: 'আপনি নন? সেটি সরিয়ে দিন।',
    addAnotherPasskey: 'নতুন পাসকি যোগ করুন।',
    takeBack: (until) => `আপনি নন? ${until} এর আগে এই কোডে ফিরিয়ে নিন:`,
    signInBefore: (until) => `আপনি নন? রাখতে ${until} এর আগে সাইন ইন করুন।`,
  },
};
