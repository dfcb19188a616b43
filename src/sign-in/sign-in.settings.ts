import { oneOf, type SettingsContext, type SettingValues, setting } from '../platform/setting.js';

export const signInSettings = {
  UNKNOWN_PHONE: setting(
    oneOf(['sign-up', 'register', 'reject']).transform((value) => value ?? 'sign-up'),
    'sign-up',
    'sign-up | register | reject. What a code request for a number without an account means (docs/clients.md).',
  ),
  REGISTRATION: setting(
    oneOf(['open', 'code']),
    'open; in production code',
    'open | code. Whether register needs a verificationCode. open tells who has an account (docs/clients.md).',
  ),
} as const;

export interface SignInConfig {
  readonly unknownPhone: 'sign-up' | 'register' | 'reject';
  /** Whether a registration needs a code. */
  readonly codeRequired: boolean;
}

export function readSignIn(
  { UNKNOWN_PHONE, REGISTRATION }: SettingValues<typeof signInSettings>,
  { production }: Pick<SettingsContext, 'production'>,
): SignInConfig {
  // Without a code, register must tell whose number and email address is taken. A stranger could ask for any.
  const registration = REGISTRATION ?? (production ? 'code' : 'open');
  return { unknownPhone: UNKNOWN_PHONE, codeRequired: registration === 'code' };
}
