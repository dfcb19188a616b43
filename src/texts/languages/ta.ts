import type { Language } from '../language.js';
import { western } from '../punctuation.js';

const expiresIn = (minutes: number) => `${minutes} நிமிடம் செல்லும்.`;

export const ta: Language<'ta'> = {
  nativeReader: null,
  punctuation: western,
  codes: {
    yourCode: 'உங்கள் குறியீடு',
    yourServiceCode: (serviceName) => `${serviceName} குறியீடு`,
    expiresIn: { one: expiresIn, other: expiresIn },
    keepSecret: 'யாரிடமும் பகிர வேண்டாம்.',
    keepSecretBriefly: 'பகிராதீர்.',
    uses: {
      RESET_PASSWORD: 'கடவுச்சொல்லை மீட்டமைக்க.',
      CHANGE_PHONE: 'தொலைபேசி எண்ணை மாற்ற.',
      VERIFY_EMAIL: 'மின்னஞ்சல் முகவரியைச் சரிபார்க்க.',
      REAUTHENTICATE: 'இது நீங்கள்தான் என உறுதிப்படுத்த.',
      CONTINUE_SIGN_IN: 'உள்நுழைவை நிறைவுசெய்ய.',
    },
    introduction: 'உங்கள் சரிபார்ப்புக் குறியீடு:',
    serviceIntroduction: (serviceName) => `உங்கள் ${serviceName} குறியீடு:`,
    repetition: 'மீண்டும் ஒருமுறை:',
    ignoreEmail: 'இந்தக் குறியீட்டை நீங்கள் கேட்கவில்லை எனில் இந்த மின்னஞ்சலைப் புறக்கணிக்கவும். குறியீட்டை ஒருபோதும் யாரிடமும் பகிர வேண்டாம்.',
  },
  notices: {
    happened: {
      new_device: 'புதிய சாதனம் உங்கள் கணக்கில் உள்நுழைந்தது',
      password_changed: 'உங்கள் கடவுச்சொல் மாற்றப்பட்டது',
      password_removed: 'உங்கள் கடவுச்சொல் நீக்கப்பட்டது',
      password_reset: 'உங்கள் கடவுச்சொல் மீட்டமைக்கப்பட்டது',
      email_changed: 'உங்கள் கணக்கின் மின்னஞ்சல் முகவரி மாற்றப்பட்டது',
      phone_changed: 'கணக்கின் தொலைபேசி எண் மாற்றப்பட்டது',
      phone_change_reverted: 'எண் மாற்றம் திரும்பப் பெறப்பட்டது',
      account_locked: 'பல தவறான முயற்சிகள்: உங்கள் கணக்கு தற்காலிகமாகப் பூட்டப்பட்டது',
      deletion_requested: 'உங்கள் கணக்கு நீக்கப்படும்',
      passkey_added: 'உங்கள் கணக்கில் கடவுச்சாவி சேர்க்கப்பட்டது',
      passkey_removed: 'உங்கள் கணக்கிலிருந்து கடவுச்சாவி நீக்கப்பட்டது',
      passkey_cloned: 'கடவுச்சாவியின் நகல் பயன்படுத்தப்பட்டதால் எல்லா அமர்வுகளும் முடிந்தன',
      passkey_missing: 'கடவுச்சாவி இல்லாத ஒருவர் கணக்கைத் திறக்க முயல்கிறார்',
    },
    accountDeleted: 'உங்கள் கணக்கு நீக்கப்பட்டது',
    endSessions: 'நீங்கள் இல்லையா? உள்நுழைந்து பிற அமர்வுகளை முடிக்கவும்.',
    newPassword: 'நீங்கள் இல்லையா? குறியீட்டால் உள்நுழைந்து புதிய கடவுச்சொல்லை அமைக்கவும்.',
    shareNoCode: 'நீங்கள் இல்லையா? யாருக்கும் குறியீடு தர வேண்டாம்.',
    removePasskey: 'நீங்கள் இல்லையா? உள்நுழைந்து அதை நீக்கவும்.',
    addAnotherPasskey: 'வேறு முறையில் உள்நுழைந்து புதியதைச் சேர்க்கவும்.',
    takeBack: (until) => `நீங்கள் இல்லையா? ${until}-க்குள் இக்குறியீட்டால் மீட்கவும்:`,
    signInBefore: (until) => `நீங்கள் இல்லையா? அதைத் தக்கவைக்க ${until}-க்குள் உள்நுழையவும்.`,
  },
};
