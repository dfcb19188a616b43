import { number, type SettingValues, setting } from '../platform/setting.js';

export const otpSettings = {
  // OWASP ASVS 6.5.5 and NIST SP 800-63B: no code lives longer than ten minutes.
  OTP_TTL: setting(number(600, 60, 600), '600', 'Life of a code: ten minutes at most.'),
  OTP_MAX_ATTEMPTS: setting(number(3, 1, 10), '3', 'Guesses per code.'),
  OTP_RESEND_COOLDOWN: setting(number(60, 1, 3600), '60', 'Pause between two sends to one number.'),
} as const;

/** Times in seconds. */
export interface OtpConfig {
  readonly otp: { readonly timeToLive: number; readonly maxAttempts: number; readonly cooldown: number };
}

export function readOtp(values: SettingValues<typeof otpSettings>): OtpConfig {
  const { OTP_TTL: timeToLive, OTP_MAX_ATTEMPTS: maxAttempts, OTP_RESEND_COOLDOWN: cooldown } = values;
  return { otp: { timeToLive, maxAttempts, cooldown } };
}
