import type { Language } from '../language.js';
import { danda } from '../punctuation.js';

const expiresIn = (minutes: number) => `यह ${minutes} मिनट तक मान्य है।`;

export const hi: Language<'hi'> = {
  nativeReader: null,
  punctuation: danda,
  codes: {
    yourCode: 'आपका सत्यापन कोड है',
    yourServiceCode: (serviceName) => `आपका ${serviceName} कोड है`,
    expiresIn: { one: expiresIn, other: expiresIn },
    keepSecret: 'किसी को न बताएं।',
    keepSecretBriefly: 'गुप्त रखें।',
    uses: {
      RESET_PASSWORD: 'पासवर्ड बदलने के लिए।',
      CHANGE_PHONE: 'फ़ोन नंबर बदलने के लिए।',
      VERIFY_EMAIL: 'ईमेल पते की पुष्टि के लिए।',
      REAUTHENTICATE: 'यह पुष्टि करने के लिए कि यह आप हैं।',
      CONTINUE_SIGN_IN: 'साइन इन पूरा करने के लिए।',
    },
    introduction: 'आपका सत्यापन कोड है:',
    serviceIntroduction: (serviceName) => `आपका ${serviceName} कोड है:`,
    repetition: 'एक बार फिर:',
    ignoreEmail: 'अगर आपने यह कोड नहीं मांगा है, तो इस ईमेल को अनदेखा करें। कोड कभी किसी को न बताएं।',
  },
  notices: {
    happened: {
      new_device: 'नए डिवाइस से साइन इन हुआ',
      password_changed: 'आपका पासवर्ड बदला गया',
      password_removed: 'आपका पासवर्ड हटाया गया',
      password_reset: 'आपका पासवर्ड रीसेट हुआ',
      email_changed: 'आपका ईमेल पता बदला गया',
      phone_changed: 'आपके खाते का फ़ोन नंबर बदला गया',
      phone_change_reverted: 'नंबर का बदलाव वापस हुआ',
      account_locked: 'कई गलत प्रयास: खाता कुछ समय बंद है',
      deletion_requested: 'आपका खाता हटाया जाएगा',
      passkey_added: 'आपके खाते में पासकी जोड़ी गई',
      passkey_removed: 'खाते से पासकी हटाई गई',
      passkey_cloned: 'आपकी पासकी की नकल चली, सत्र बंद हुए',
      passkey_missing: 'कोई बिना पासकी आपके खाते में आ रहा है',
    },
    accountDeleted: 'आपका खाता हटा दिया गया',
    endSessions: 'आप नहीं? साइन इन करके बाकी सत्र बंद करें।',
    newPassword: 'आप नहीं? कोड से आकर नया पासवर्ड रखें।',
    shareNoCode: 'आप नहीं? किसी को कोड न दें।',
    removePasskey: 'आप नहीं? साइन इन करके उसे हटाएँ।',
    addAnotherPasskey: 'नई पासकी जोड़ें।',
    takeBack: (until) => `आप नहीं? ${until} से पहले इस कोड से वापस लें:`,
    signInBefore: (until) => `आप नहीं? रखने के लिए ${until} से पहले साइन इन करें।`,
  },
};
