import type { Language } from '../language.js';
import { western } from '../punctuation.js';

export const en: Language<'en'> = {
  nativeReader: null,
  punctuation: western,
  codes: {
    yourCode: 'is your verification code',
    yourServiceCode: (serviceName) => `is your ${serviceName} code`,
    expiresIn: {
      one: (minutes) => `It expires in ${minutes} minute.`,
      other: (minutes) => `It expires in ${minutes} minutes.`,
    },
    keepSecret: 'Do not share it with anyone.',
    keepSecretBriefly: 'Keep it secret.',
    uses: {
      RESET_PASSWORD: 'It resets your password.',
      CHANGE_PHONE: 'It changes your phone number.',
      VERIFY_EMAIL: 'It verifies your email address.',
      REAUTHENTICATE: 'It confirms that it is you.',
      CONTINUE_SIGN_IN: 'It completes a sign-in.',
    },
    introduction: 'Your verification code is:',
    serviceIntroduction: (serviceName) => `Your ${serviceName} code is:`,
    repetition: 'Once more:',
    ignoreEmail: 'If you did not ask for this code, ignore this email. Never share the code with anyone.',
  },
  notices: {
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
  },
};
