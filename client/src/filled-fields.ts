import type { OperationName } from './documents.js';

export type Field = 'phoneNumber' | 'email' | 'requestToken' | 'deviceToken' | 'continuationToken';

/** The purpose of the code that an operation takes, and the fields that it can be given. */
export const FILLED: { readonly [Name in OperationName]?: readonly [purpose: string, ...fields: Field[]] } = {
  requestOtp: ['', 'deviceToken'],
  verifyOtp: ['SIGN_IN', 'phoneNumber', 'requestToken', 'deviceToken'],
  register: ['SIGN_IN', 'requestToken'],
  login: ['', 'deviceToken'],
  finishPasskeySignIn: ['', 'deviceToken'],
  continueSignIn: ['SIGN_IN', 'requestToken', 'deviceToken', 'continuationToken'],
  requestEmailOtp: ['', 'continuationToken'],
  reauthenticate: ['SIGN_IN', 'requestToken'],
  resetPassword: ['RESET_PASSWORD', 'phoneNumber', 'email', 'requestToken', 'deviceToken'],
  changePhoneNumber: ['CHANGE_PHONE', 'phoneNumber', 'requestToken'],
  proveNumber: ['PROVE_NUMBER', 'phoneNumber', 'requestToken'],
  verifyEmail: ['VERIFY_EMAIL', 'email', 'requestToken'],
  otpDelivery: ['SIGN_IN', 'requestToken'],
  revertChange: ['', 'deviceToken'],
};

/** The purpose of a code by email, where one by text has another. */
export const EMAIL_PURPOSES: { readonly [Name in OperationName]?: string } = {
  reauthenticate: 'REAUTHENTICATE',
  continueSignIn: 'CONTINUE_SIGN_IN',
};
