import type { Language } from '../language.js';
import { ethiopic } from '../punctuation.js';

const expiresIn = (minutes: number) => `ለ${minutes} ደቂቃ ያገለግላል።`;

export const am: Language<'am'> = {
  nativeReader: null,
  punctuation: ethiopic,
  codes: {
    yourCode: 'የማረጋገጫ ኮድዎ ነው',
    yourServiceCode: (serviceName) => `የ${serviceName} ማረጋገጫ ኮድዎ ነው`,
    expiresIn: { one: expiresIn, other: expiresIn },
    keepSecret: 'ለማንም አያጋሩ።',
    keepSecretBriefly: 'አያጋሩት።',
    uses: {
      RESET_PASSWORD: 'የይለፍ ቃል ለመቀየር።',
      CHANGE_PHONE: 'ስልክ ቁጥር ለመቀየር።',
      VERIFY_EMAIL: 'የኢሜይል አድራሻዎን ለማረጋገጥ።',
      REAUTHENTICATE: 'እርስዎ መሆንዎን ለማረጋገጥ።',
      CONTINUE_SIGN_IN: 'መግባትን ለማጠናቀቅ።',
    },
    introduction: 'የማረጋገጫ ኮድዎ:',
    serviceIntroduction: (serviceName) => `የ${serviceName} ማረጋገጫ ኮድዎ:`,
    repetition: 'እንደገና:',
    ignoreEmail: 'ይህን ኮድ ካልጠየቁ ይህን ኢሜይል ችላ ይበሉ። ኮዱን በፍጹም ለማንም አያጋሩ።',
  },
  notices: {
    happened: {
      new_device: 'አዲስ መሣሪያ ወደ መለያዎ ገብቷል',
      password_changed: 'የይለፍ ቃልዎ ተቀይሯል',
      password_removed: 'የይለፍ ቃልዎ ተወግዷል',
      password_reset: 'የይለፍ ቃልዎ ዳግም ተቀናብሯል',
      email_changed: 'የመለያዎ ኢሜይል አድራሻ ተቀይሯል',
      phone_changed: 'የመለያዎ ስልክ ቁጥር ተቀይሯል',
      phone_change_reverted: 'የስልክ ቁጥርዎ ለውጥ ተመልሷል',
      account_locked: 'ብዙ የተሳሳቱ ሙከራዎች፣ መለያዎ ለጊዜው ተቆልፏል',
      deletion_requested: 'መለያዎ ይሰረዛል',
      passkey_added: 'ወደ መለያዎ የይለፍ ቁልፍ ታክሏል',
      passkey_removed: 'ከመለያዎ የይለፍ ቁልፍ ተወግዷል',
      passkey_cloned: 'የይለፍ ቁልፍዎ ቅጂ ጥቅም ላይ ስለዋለ ሁሉም ክፍለ ጊዜዎች አብቅተዋል',
      passkey_missing: 'አንድ ሰው ያለ የይለፍ ቁልፍዎ መለያዎን ለመክፈት እየሞከረ ነው',
    },
    accountDeleted: 'መለያዎ ተሰርዟል',
    endSessions: 'እርስዎ አይደሉም? ይግቡና ሌሎች ክፍለ ጊዜዎችን ያብቁ።',
    newPassword: 'እርስዎ አይደሉም? በኮድ ይግቡና አዲስ የይለፍ ቃል ያዘጋጁ።',
    shareNoCode: 'እርስዎ አይደሉም? ኮድ ለማንም አይስጡ።',
    removePasskey: 'እርስዎ አይደሉም? ይግቡና ያስወግዱት።',
    addAnotherPasskey: 'በሌላ መንገድ ይግቡና አዲስ ያክሉ።',
    takeBack: (until) => `እርስዎ አይደሉም? ከ${until} በፊት በዚህ ኮድ ይመልሱ:`,
    signInBefore: (until) => `እርስዎ አይደሉም? መለያዎን ለማቆየት ከ${until} በፊት ይግቡ።`,
  },
};
