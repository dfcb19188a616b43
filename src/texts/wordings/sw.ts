import type { OtpWording } from './otp-wording.js';

const expiresIn = (minutes: number) => `Muda wake utaisha baada ya dakika ${minutes}.`;

export const sw: OtpWording<'sw'> = {
  fullStop: '.',
  yourCode: 'ni msimbo wako wa uthibitishaji',
  yourServiceCode: (serviceName) => `ni msimbo wako wa ${serviceName}`,
  expiresIn: { one: expiresIn, other: expiresIn },
  keepSecret: 'Usimpe mtu yeyote.',
  keepSecretBriefly: 'Usimpe mtu.',
  uses: {
    RESET_PASSWORD: 'Ni wa kubadilisha nenosiri.',
    CHANGE_PHONE: 'Ni wa kubadilisha namba ya simu.',
    VERIFY_EMAIL: 'Ni wa kuthibitisha barua pepe yako.',
    REAUTHENTICATE: 'Ni wa kuthibitisha kuwa ni wewe.',
    CONTINUE_SIGN_IN: 'Ni wa kukamilisha kuingia.',
  },
  introduction: 'Msimbo wako wa uthibitishaji ni:',
  serviceIntroduction: (serviceName) => `Msimbo wako wa ${serviceName} ni:`,
  repetition: 'Kwa mara nyingine:',
  ignoreEmail: 'Ikiwa hukuomba msimbo huu, puuza barua pepe hii. Kamwe usimpe mtu yeyote msimbo huu.',
};
