import type { OtpWording } from './otp-wording.js';

const expiresIn = (minutes: number) => `यो ${minutes} मिनेटसम्म मान्य छ।`;

export const ne: OtpWording<'ne'> = {
  fullStop: '।',
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
};
