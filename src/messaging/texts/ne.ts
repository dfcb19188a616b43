import type { OtpWording } from './otp-wording.js';

const expiresIn = (minutes: number) => `यसको म्याद ${minutes} मिनेटमा सकिन्छ।`;

export const ne: OtpWording<'ne'> = {
  yourCode: 'तपाईंको प्रमाणीकरण कोड हो।',
  yourServiceCode: (serviceName) => `तपाईंको ${serviceName} कोड हो।`,
  expiresIn: { one: expiresIn, other: expiresIn },
  keepSecret: 'कसैलाई नदिनुहोस्।',
};
