import type { NoticeWording } from './notice-wording.js';

export const en: NoticeWording = {
  happened: {
    new_device: 'A new device signed in to your account',
    password_changed: 'Your password was changed',
    password_removed: 'Your password was removed',
    password_reset: 'Your password was reset',
    email_changed: 'The email address of your account was changed',
    phone_changed: 'The phone number of your account was changed',
    phone_change_reverted: 'The change of your phone number was taken back',
    account_locked: 'Too many wrong codes or passwords: your account is locked for a while',
    deletion_requested: 'Your account will be deleted',
    passkey_added: 'A passkey was added to your account',
    passkey_removed: 'A passkey was removed from your account',
    passkey_cloned: 'Somebody used a copy of your passkey, so all sessions have ended',
    passkey_missing: 'Somebody without your passkey wants to open your account',
  },
  accountDeleted: 'Your account was deleted',
  endSessions: 'Not you? Sign in and end all other sessions.',
  newPassword: 'Not you? Sign in with a code and set a new password.',
  shareNoCode: 'Not you? Never give anyone a code.',
  removePasskey: 'Not you? Sign in and remove it.',
  addAnotherPasskey: 'Sign in another way and add a new one.',
  takeBack: (until) => `Not you? Take it back before ${until} with this code:`,
  signInBefore: (until) => `Not you? Sign in before ${until} to keep it.`,
};
