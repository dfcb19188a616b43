import { checked, number, oneOf, type SettingsContext, type SettingValues, setting } from '../platform/setting.js';
import {
  type RegistrationField,
  readRegistrationFields,
  registrationFields,
  usualFields,
} from './registration-fields.js';
import type { OpeningRules } from './opening/decision.js';

const MOST_DAYS = 3650;

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
  REGISTRATION_FIELDS: setting(
    checked(
      (value) => readRegistrationFields(value) !== null,
      `must be none, or a list such as ${usualFields.join(',')}: of ${registrationFields.join(', ')}`,
    ),
    usualFields.join(','),
    'What register requires beside the phone number: a comma-separated list of email, password, firstName, lastName and username, or none.',
  ),
  DORMANT_AFTER: setting(
    number(90, 0, MOST_DAYS),
    '90',
    'Days without use after which a code alone does not open an account on a new device, because its number may belong to ' +
      'somebody else. 0: never (docs/account.md).',
  ),
  CLAIM_BACK_AFTER: setting(
    number(3, 1, MOST_DAYS),
    '3',
    'Days after which such an account opens by a new code all the same, if it has nothing but its number.',
  ),
  PASSKEY_RECOVERY_AFTER: setting(
    number(7, 0, MOST_DAYS),
    '7',
    'Days after which an account with a passkey opens on a new device by a new code alone, if it has nothing else but its number ' +
      'and it is not used meanwhile. 0: never (docs/account.md).',
  ),
} as const;

export interface SignInConfig {
  readonly opening: OpeningRules;
  readonly unknownPhone: 'sign-up' | 'register' | 'reject';
  /** Whether a registration needs a code. */
  readonly codeRequired: boolean;
  /** The fields that a registration needs beside the phone number. */
  readonly requiredFields: readonly RegistrationField[];
}

export function readSignIn(
  {
    UNKNOWN_PHONE,
    REGISTRATION,
    REGISTRATION_FIELDS,
    DORMANT_AFTER,
    CLAIM_BACK_AFTER,
    PASSKEY_RECOVERY_AFTER,
  }: SettingValues<typeof signInSettings>,
  { production }: Pick<SettingsContext, 'production'>,
): SignInConfig {
  // Without a code, register must tell whose number and email address is taken. A stranger could ask for any.
  const registration = REGISTRATION ?? (production ? 'code' : 'open');
  const requiredFields = readRegistrationFields(REGISTRATION_FIELDS ?? '') ?? usualFields;
  const opening = {
    dormantAfter: DORMANT_AFTER,
    claimBackAfter: CLAIM_BACK_AFTER,
    passkeyRecoveryAfter: PASSKEY_RECOVERY_AFTER,
  };
  return { opening, unknownPhone: UNKNOWN_PHONE, codeRequired: registration === 'code', requiredFields };
}
