import type { CallerContext } from '../sessions/session.context.js';
import type { ChangePasswordService } from './change-password.service.js';
import type { LoginService } from './login.service.js';
import type { RegisterService } from './register.service.js';
import type { RequestOtpService } from './request-otp.service.js';
import type { VerifyOtpService } from './verify-otp.service.js';

export interface SignInServices {
  readonly requestOtp: RequestOtpService;
  readonly verifyOtp: VerifyOtpService;
  readonly register: RegisterService;
  readonly login: LoginService;
  readonly changePassword: ChangePasswordService;
}

/** What the resolvers of this room need. */
export interface SignInContext extends CallerContext {
  readonly services: SignInServices;
}
