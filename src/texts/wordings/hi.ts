import type { OtpWording } from './otp-wording.js';

const expiresIn = (minutes: number) => `यह ${minutes} मिनट तक मान्य है।`;

export const hi: OtpWording<'hi'> = {
  fullStop: '।',
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
};
