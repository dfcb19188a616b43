import type { Language } from '../language.js';
import { western } from '../punctuation.js';

export const mr: Language<'mr'> = {
  nativeReader: null,
  punctuation: western,
  codes: {
    yourCode: 'तुमचा पडताळणी कोड आहे',
    yourServiceCode: (serviceName) => `हा तुमचा ${serviceName} कोड आहे`,
    expiresIn: {
      one: (minutes) => `${minutes} मिनिट वैध आहे.`,
      other: (minutes) => `${minutes} मिनिटे वैध आहे.`,
    },
    keepSecret: 'कोणालाही सांगू नका.',
    keepSecretBriefly: 'सांगू नका.',
    uses: {
      RESET_PASSWORD: 'पासवर्ड रीसेट करण्यासाठी.',
      CHANGE_PHONE: 'फोन नंबर बदलण्यासाठी.',
      VERIFY_EMAIL: 'ईमेल पत्त्याची पडताळणी करण्यासाठी.',
      REAUTHENTICATE: 'हे तुम्हीच आहात याची खात्री करण्यासाठी.',
      CONTINUE_SIGN_IN: 'साइन इन पूर्ण करण्यासाठी.',
    },
    introduction: 'तुमचा पडताळणी कोड:',
    serviceIntroduction: (serviceName) => `तुमचा ${serviceName} कोड:`,
    repetition: 'पुन्हा एकदा:',
    ignoreEmail: 'तुम्ही हा कोड मागितला नसेल, तर या ईमेलकडे दुर्लक्ष करा. कोड कधीही कोणालाही सांगू नका.',
  },
  notices: {
    happened: {
      new_device: 'नवीन डिव्हाइसने तुमच्या खात्यात साइन इन केले',
      password_changed: 'तुमचा पासवर्ड बदलला आहे',
      password_removed: 'तुमचा पासवर्ड काढून टाकला आहे',
      password_reset: 'तुमचा पासवर्ड रीसेट केला आहे',
      email_changed: 'तुमच्या खात्याचा ईमेल पत्ता बदलला आहे',
      phone_changed: 'तुमच्या खात्याचा फोन नंबर बदलला आहे',
      phone_change_reverted: 'तुमच्या नंबरचा बदल मागे घेतला आहे',
      account_locked: 'अनेक चुकीचे प्रयत्न: तुमचे खाते तात्पुरते लॉक केले आहे',
      deletion_requested: 'तुमचे खाते हटवले जाईल',
      passkey_added: 'तुमच्या खात्यात पासकी जोडली आहे',
      passkey_removed: 'तुमच्या खात्यातून पासकी काढली आहे',
      passkey_cloned: 'तुमच्या पासकीची प्रत वापरली गेल्याने सर्व सत्रे संपवली आहेत',
      passkey_missing: 'तुमची पासकी नसलेले कोणीतरी तुमचे खाते उघडू पाहत आहे',
    },
    accountDeleted: 'तुमचे खाते हटवले आहे',
    endSessions: 'तुम्ही नाही? साइन इन करून इतर सत्रे संपवा.',
    newPassword: 'तुम्ही नाही? कोडने साइन इन करून नवीन पासवर्ड ठेवा.',
    shareNoCode: 'तुम्ही नाही? कोणालाही कोड देऊ नका.',
    removePasskey: 'तुम्ही नाही? साइन इन करून ती काढून टाका.',
    addAnotherPasskey: 'दुसऱ्या मार्गाने साइन इन करून नवीन पासकी जोडा.',
    takeBack: (until) => `तुम्ही नाही? ${until} पूर्वी या कोडने मागे घ्या:`,
    signInBefore: (until) => `तुम्ही नाही? खाते ठेवण्यासाठी ${until} पूर्वी साइन इन करा.`,
  },
};
