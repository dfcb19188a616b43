import { oneOf, type SettingValues, setting } from '../platform/setting.js';

export const signInSettings = {
  UNKNOWN_PHONE: setting(
    oneOf(['sign-up', 'register', 'reject']).transform((value) => value ?? 'sign-up'),
    'sign-up',
    'sign-up | register | reject. What a code request for a number without an account means (docs/clients.md).',
  ),
  REGISTRATION: setting(
    oneOf(['open', 'code']).transform((value) => value ?? 'open'),
    'open',
    'open | code. Whether register needs a verificationCode.',
  ),
} as const;

export interface SignInConfig {
  readonly unknownPhone: 'sign-up' | 'register' | 'reject';
  /** Whether a registration needs a code. */
  readonly codeRequired: boolean;
}

export function readSignIn({ UNKNOWN_PHONE, REGISTRATION }: SettingValues<typeof signInSettings>): SignInConfig {
  return { unknownPhone: UNKNOWN_PHONE, codeRequired: REGISTRATION === 'code' };
}
