import type { OtpWording } from './otp-wording.js';

export const vi: OtpWording<'vi'> = {
  yourCode: 'là mã xác minh của bạn.',
  yourServiceCode: (serviceName) => `là mã ${serviceName} của bạn.`,
  expiresIn: { other: (minutes) => `Hết hạn sau ${minutes} phút.` },
  keepSecret: 'Không chia sẻ với bất kỳ ai.',
};
