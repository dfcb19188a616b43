import type { OtpWording } from './otp-wording.js';

const expiresIn = (minutes: number) => `এর মেয়াদ ${minutes} মিনিট পরে শেষ হবে।`;

export const bn: OtpWording<'bn'> = {
  yourCode: 'আপনার যাচাইকরণ কোড।',
  yourServiceCode: (serviceName) => `আপনার ${serviceName} কোড।`,
  expiresIn: { one: expiresIn, other: expiresIn },
  keepSecret: 'কাউকে জানাবেন না।',
};
