import type { Language } from '../language.js';
import { western } from '../punctuation.js';

const expiresIn = (minutes: number) => `Muda wake utaisha baada ya dakika ${minutes}.`;

export const sw: Language<'sw'> = {
  nativeReader: null,
  punctuation: western,
  codes: {
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
  },
  notices: {
    happened: {
      new_device: 'Kifaa kipya kimeingia kwenye akaunti yako',
      password_changed: 'Nenosiri lako limebadilishwa',
      password_removed: 'Nenosiri lako limeondolewa',
      password_reset: 'Nenosiri lako limewekwa upya',
      email_changed: 'Barua pepe ya akaunti yako imebadilishwa',
      phone_changed: 'Namba ya simu ya akaunti yako imebadilishwa',
      phone_change_reverted: 'Mabadiliko ya namba yako ya simu yametenguliwa',
      account_locked: 'Misimbo au manenosiri mengi yasiyo sahihi: akaunti yako imefungwa kwa muda',
      deletion_requested: 'Akaunti yako itafutwa',
      passkey_added: 'Ufunguo wa siri umeongezwa kwenye akaunti yako',
      passkey_removed: 'Ufunguo wa siri umeondolewa kwenye akaunti yako',
      passkey_cloned: 'Nakala ya ufunguo wako wa siri imetumika: vipindi vyote vimefungwa',
      passkey_missing: 'Mtu asiye na ufunguo wako wa siri anataka kufungua akaunti yako',
    },
    accountDeleted: 'Akaunti yako imefutwa',
    endSessions: 'Si wewe? Ingia na ufunge vipindi vingine vyote.',
    newPassword: 'Si wewe? Ingia kwa msimbo na uweke nenosiri jipya.',
    shareNoCode: 'Si wewe? Usimpe mtu yeyote msimbo.',
    removePasskey: 'Si wewe? Ingia na uuondoe.',
    addAnotherPasskey: 'Ingia kwa njia nyingine na uweke mpya.',
    takeBack: (until) => `Si wewe? Tengua kabla ya ${until} kwa msimbo huu:`,
    signInBefore: (until) => `Si wewe? Ingia kabla ya ${until} ili ibaki.`,
  },
};
