import type { Language } from '../language.js';
import { danda } from '../punctuation.js';

const expiresIn = (minutes: number) => `यो ${minutes} मिनेटसम्म मान्य छ।`;

export const ne: Language<'ne'> = {
  nativeReader: null,
  punctuation: danda,
  codes: {
    yourCode: 'प्रमाणीकरण कोड हो',
    yourServiceCode: (serviceName) => `तपाईंको ${serviceName} कोड हो`,
    expiresIn: { one: expiresIn, other: expiresIn },
    keepSecret: 'कसैलाई नदिनुहोस्।',
    keepSecretBriefly: 'नदिनुहोस्।',
    uses: {
      RESET_PASSWORD: 'पासवर्ड फेर्नका लागि।',
      CHANGE_PHONE: 'फोन नम्बर फेर्नका लागि।',
      VERIFY_EMAIL: 'इमेल ठेगाना प्रमाणित गर्नका लागि।',
      REAUTHENTICATE: 'तपाईं नै हो भनी पुष्टि गर्नका लागि।',
      CONTINUE_SIGN_IN: 'साइन इन पूरा गर्नका लागि।',
    },
    introduction: 'तपाईंको प्रमाणीकरण कोड हो:',
    serviceIntroduction: (serviceName) => `तपाईंको ${serviceName} कोड हो:`,
    repetition: 'फेरि एक पटक:',
    ignoreEmail: 'तपाईंले यो कोड माग्नुभएको होइन भने यो इमेललाई बेवास्ता गर्नुहोस्। कोड कहिल्यै कसैलाई नदिनुहोस्।',
  },
  notices: {
    happened: {
      new_device: 'नयाँ यन्त्रबाट साइन इन भयो',
      password_changed: 'तपाईंको पासवर्ड बदलियो',
      password_removed: 'तपाईंको पासवर्ड हटाइयो',
      password_reset: 'तपाईंको पासवर्ड रिसेट भयो',
      email_changed: 'तपाईंको इमेल बदलियो',
      phone_changed: 'तपाईंको खाताको फोन नम्बर बदलियो',
      phone_change_reverted: 'नम्बरको परिवर्तन फिर्ता भयो',
      account_locked: 'धेरै गलत प्रयास: खाता केही समय बन्द छ',
      deletion_requested: 'तपाईंको खाता मेटिनेछ',
      passkey_added: 'तपाईंको खातामा पासकी थपियो',
      passkey_removed: 'खाताबाट पासकी हटाइयो',
      passkey_cloned: 'पासकीको नक्कल चल्यो, सत्रहरू बन्द भए',
      passkey_missing: 'कोही पासकीबिना खातामा पस्दैछ',
    },
    accountDeleted: 'तपाईंको खाता मेटियो',
    endSessions: 'तपाईं होइन? अरू सत्रहरू बन्द गर्नुहोस्।',
    newPassword: 'तपाईं होइन? नयाँ पासवर्ड राख्नुहोस्।',
    shareNoCode: 'तपाईं होइन? कोड नदिनुहोस्।',
    removePasskey: 'तपाईं होइन? त्यो हटाउनुहोस्।',
    addAnotherPasskey: 'नयाँ पासकी थप्नुहोस्।',
    takeBack: (until) => `तपाईं होइन? ${until} अघि यो कोडले फिर्ता गर्नुहोस्:`,
    signInBefore: (until) => `तपाईं होइन? राख्न ${until} अघि साइन इन गर्नुहोस्।`,
  },
};
