import type { OtpWording } from './otp-wording.js';

export const vi: OtpWording<'vi'> = {
  fullStop: '.',
  yourCode: 'là mã xác minh của bạn',
  yourServiceCode: (serviceName) => `là mã ${serviceName} của bạn`,
  expiresIn: { other: (minutes) => `Hết hạn sau ${minutes} phút.` },
  keepSecret: 'Đừng cho ai biết.',
  keepSecretBriefly: 'Giữ bí mật.',
  uses: {
    RESET_PASSWORD: 'Để đổi mật khẩu.',
    CHANGE_PHONE: 'Để đổi số điện thoại.',
    VERIFY_EMAIL: 'Để xác minh địa chỉ email của bạn.',
    REAUTHENTICATE: 'Để xác nhận đó là bạn.',
    CONTINUE_SIGN_IN: 'Để hoàn tất đăng nhập.',
  },
  introduction: 'Mã xác minh của bạn là:',
  serviceIntroduction: (serviceName) => `Mã ${serviceName} của bạn là:`,
  repetition: 'Xin nhắc lại:',
  ignoreEmail: 'Nếu bạn không yêu cầu mã này, hãy bỏ qua email này. Đừng bao giờ cho ai biết mã này.',
};
