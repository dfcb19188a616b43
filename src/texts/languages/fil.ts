import type { Language } from '../language.js';
import { western } from '../punctuation.js';

const expiresIn = (minutes: number) => `May bisa ito nang ${minutes} minuto.`;

export const fil: Language<'fil'> = {
  nativeReader: null,
  punctuation: western,
  codes: {
    yourCode: 'ang iyong verification code',
    yourServiceCode: (serviceName) => `ang iyong code sa ${serviceName}`,
    expiresIn: { one: expiresIn, other: expiresIn },
    keepSecret: 'Huwag itong ibigay kahit kanino.',
    keepSecretBriefly: 'Huwag itong ibigay.',
    uses: {
      RESET_PASSWORD: 'Para ito sa pag-reset ng password.',
      CHANGE_PHONE: 'Para ito sa pagpapalit ng numero ng telepono.',
      VERIFY_EMAIL: 'Para ito sa pag-verify ng iyong email address.',
      REAUTHENTICATE: 'Para ito sa pagkumpirma na ikaw ito.',
      CONTINUE_SIGN_IN: 'Para ito sa pagkumpleto ng pag-sign in.',
    },
    introduction: 'Ang iyong verification code ay:',
    serviceIntroduction: (serviceName) => `Ang iyong code sa ${serviceName} ay:`,
    repetition: 'Isa pang beses:',
    ignoreEmail:
      'Kung hindi ikaw ang humingi ng code na ito, huwag pansinin ang email na ito. Huwag kailanman ibigay ang code kahit kanino.',
  },
  notices: {
    happened: {
      new_device: 'May bagong device na nag-sign in sa iyong account',
      password_changed: 'Pinalitan ang iyong password',
      password_removed: 'Inalis ang iyong password',
      password_reset: 'Na-reset ang iyong password',
      email_changed: 'Pinalitan ang email address ng iyong account',
      phone_changed: 'Pinalitan ang numero ng telepono ng iyong account',
      phone_change_reverted: 'Binawi ang pagpapalit ng iyong numero ng telepono',
      account_locked: 'Masyadong maraming maling code o password: pansamantalang naka-lock ang iyong account',
      deletion_requested: 'Ide-delete ang iyong account',
      passkey_added: 'May idinagdag na passkey sa iyong account',
      passkey_removed: 'May inalis na passkey sa iyong account',
      passkey_cloned: 'May gumamit ng kopya ng iyong passkey, kaya tinapos ang lahat ng session',
      passkey_missing: 'May taong walang passkey mo na gustong magbukas ng iyong account',
    },
    accountDeleted: 'Na-delete ang iyong account',
    endSessions: 'Hindi ikaw? Mag-sign in at tapusin ang lahat ng iba pang session.',
    newPassword: 'Hindi ikaw? Mag-sign in gamit ang code at gumawa ng bagong password.',
    shareNoCode: 'Hindi ikaw? Huwag magbigay ng code kahit kanino.',
    removePasskey: 'Hindi ikaw? Mag-sign in at alisin ito.',
    addAnotherPasskey: 'Mag-sign in sa ibang paraan at magdagdag ng bago.',
    takeBack: (until) => `Hindi ikaw? Bawiin ito bago ang ${until} gamit ang code na ito:`,
    signInBefore: (until) => `Hindi ikaw? Mag-sign in bago ang ${until} para hindi ito mawala.`,
  },
};
