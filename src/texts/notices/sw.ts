import type { NoticeWording } from './notice-wording.js';

export const sw: NoticeWording = {
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
};
