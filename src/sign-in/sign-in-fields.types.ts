/** Fields that the inputs and answers of several sign-in mutations have, the same in each. */

/** `deviceToken` of an input. */
export const deviceTokenField = {
  nullable: true,
  description:
    'The `deviceToken` of the latest sign-in to this account on this device, or of `register`, if there was one. An ' +
    'invalid token counts as none.',
} as const;

/** `requestToken` of an input. */
export const requestTokenField = {
  nullable: true,
  description:
    'The `requestToken` of the `requestOtp` that sent the code. With it, wrong guesses of strangers do not use up your ' +
    'attempts, and the first guess is always checked. An invalid token, or one of an older code, counts as none.',
} as const;

/** `deviceToken` of an answer. */
export const issuedDeviceTokenField = {
  nullable: true,
  description:
    'Keep it on this device, beside the phone number, and send it along at the next sign-in. It does not sign ' +
    'anyone in. It keeps strangers who guess at this account from locking this device out.',
} as const;

/** `passkeySuggested` of an answer to somebody who signed in by code. */
export const passkeySuggestedField = {
  description:
    'Whether to offer the user a passkey now: the account has none, and passkeys can be added (PASSKEY_POLICY). The next ' +
    'sign-in then needs no code.',
} as const;

/** A password that is to be set. */
export const newPasswordField = {
  description: '8 to 256 characters of any kind. Common passwords are refused.',
} as const;

/** `tokens` of an answer. */
export const newTokensField = { description: 'The tokens of the new session.' } as const;
