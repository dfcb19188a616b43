import type { OtpWording } from './otp-wording.js';

const expiresIn = (minutes: number) => `এর মেয়াদ ${minutes} মিনিট।`;

export const bn: OtpWording<'bn'> = {
  fullStop: '।',
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
};
