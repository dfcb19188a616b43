import type { OtpWording } from './otp-wording.js';

const expiresIn = (minutes: number) => `Muda wake utaisha baada ya dakika ${minutes}.`;

export const sw: OtpWording<'sw'> = {
  yourCode: 'ni msimbo wako wa uthibitishaji.',
  yourServiceCode: (serviceName) => `ni msimbo wako wa ${serviceName}.`,
  expiresIn: { one: expiresIn, other: expiresIn },
  keepSecret: 'Usimpe mtu yeyote.',
};
