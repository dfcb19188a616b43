import type { Language } from '../language.js';
import { western } from '../punctuation.js';

export const te: Language<'te'> = {
  nativeReader: null,
  punctuation: western,
  codes: {
    yourCode: 'మీ ధృవీకరణ కోడ్',
    yourServiceCode: (serviceName) => `మీ ${serviceName} కోడ్`,
    expiresIn: {
      one: (minutes) => `${minutes} నిమిషం చెల్లుతుంది.`,
      other: (minutes) => `${minutes} నిమిషాలు చెల్లుతుంది.`,
    },
    keepSecret: 'ఎవరికీ చెప్పవద్దు.',
    keepSecretBriefly: 'చెప్పవద్దు.',
    uses: {
      RESET_PASSWORD: 'పాస్‌వర్డ్ రీసెట్ చేయడానికి.',
      CHANGE_PHONE: 'ఫోన్ నంబర్ మార్చడానికి.',
      VERIFY_EMAIL: 'మీ ఇమెయిల్ అడ్రస్‌ను ధృవీకరించడానికి.',
      REAUTHENTICATE: 'ఇది మీరేనని నిర్ధారించడానికి.',
      CONTINUE_SIGN_IN: 'సైన్ ఇన్ పూర్తి చేయడానికి.',
    },
    introduction: 'మీ ధృవీకరణ కోడ్:',
    serviceIntroduction: (serviceName) => `మీ ${serviceName} కోడ్:`,
    repetition: 'మరోసారి:',
    ignoreEmail: 'మీరు ఈ కోడ్‌ను అడగకపోతే, ఈ ఇమెయిల్‌ను పట్టించుకోకండి. కోడ్‌ను ఎప్పుడూ ఎవరికీ చెప్పవద్దు.',
  },
  notices: {
    happened: {
      new_device: 'కొత్త పరికరం మీ ఖాతాలోకి సైన్ ఇన్ చేసింది',
      password_changed: 'మీ పాస్‌వర్డ్ మార్చబడింది',
      password_removed: 'మీ పాస్‌వర్డ్ తీసివేయబడింది',
      password_reset: 'మీ పాస్‌వర్డ్ రీసెట్ చేయబడింది',
      email_changed: 'మీ ఖాతా ఇమెయిల్ అడ్రస్ మార్చబడింది',
      phone_changed: 'మీ ఖాతా ఫోన్ నంబర్ మార్చబడింది',
      phone_change_reverted: 'మీ నంబర్ మార్పు రద్దు చేయబడింది',
      account_locked: 'చాలా తప్పు ప్రయత్నాలు: మీ ఖాతా తాత్కాలికంగా లాక్ చేయబడింది',
      deletion_requested: 'మీ ఖాతా తొలగించబడుతుంది',
      passkey_added: 'మీ ఖాతాకు పాస్-కీ జోడించబడింది',
      passkey_removed: 'మీ ఖాతా నుండి పాస్-కీ తీసివేయబడింది',
      passkey_cloned: 'మీ పాస్-కీ కాపీ ఉపయోగించబడినందున అన్ని సెషన్‌లు ముగిశాయి',
      passkey_missing: 'మీ పాస్-కీ లేని ఎవరో మీ ఖాతాను తెరవాలనుకుంటున్నారు',
    },
    accountDeleted: 'మీ ఖాతా తొలగించబడింది',
    endSessions: 'మీరు కాదా? సైన్ ఇన్ చేసి ఇతర సెషన్‌లను ముగించండి.',
    newPassword: 'మీరు కాదా? కోడ్‌తో సైన్ ఇన్ చేసి కొత్త పాస్‌వర్డ్‌ను సెట్ చేయండి.',
    shareNoCode: 'మీరు కాదా? ఎవరికీ కోడ్ ఇవ్వవద్దు.',
    removePasskey: 'మీరు కాదా? సైన్ ఇన్ చేసి దాన్ని తీసివేయండి.',
    addAnotherPasskey: 'మరో పద్ధతిలో సైన్ ఇన్ చేసి కొత్తదాన్ని జోడించండి.',
    takeBack: (until) => `మీరు కాదా? ${until} లోపు ఈ కోడ్‌తో రద్దు చేయండి:`,
    signInBefore: (until) => `మీరు కాదా? ఖాతాను ఉంచుకోవడానికి ${until} లోపు సైన్ ఇన్ చేయండి.`,
  },
};
