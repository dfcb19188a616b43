/** What a code sent to a phone number is for. */
export const phonePurposes = ['SIGN_IN', 'RESET_PASSWORD', 'CHANGE_PHONE', 'PROVE_NUMBER'] as const;
export type PhonePurpose = (typeof phonePurposes)[number];

/** What a code sent to an email address is for. */
export const emailPurposes = ['VERIFY_EMAIL', 'RESET_PASSWORD', 'REAUTHENTICATE', 'CONTINUE_SIGN_IN'] as const;
export type EmailPurpose = (typeof emailPurposes)[number];

export type OtpPurpose = PhonePurpose | EmailPurpose;

/**
 * What a code is bound to besides its destination: its purpose, and where several applications or accounts could use it,
 * also for which of them it is. A code for one never works for another.
 */
export type ChallengePurpose = OtpPurpose | `${OtpPurpose} ${string}`;

/** @param scope the application or the account that the code is for. */
export function scopedPurpose(purpose: OtpPurpose, scope: string): ChallengePurpose {
  return `${purpose} ${scope}`;
}

/** The application or the account that a code is for; null: it is for no particular one. */
export function scopeOf(purpose: ChallengePurpose): string | null {
  const space = purpose.indexOf(' ');
  return space < 0 ? null : purpose.slice(space + 1);
}

/** The account that a code is for; null: for whoever has the number, perhaps in another application. */
export function accountOf(purpose: ChallengePurpose): string | null {
  return purposeOf(purpose) === 'PROVE_NUMBER' ? null : scopeOf(purpose);
}

export function purposeOf(purpose: ChallengePurpose): OtpPurpose {
  return purpose.split(' ', 1)[0] as OtpPurpose;
}

/** Whether a destination is an email address and no number. */
export function isEmailAddress(destination: string): boolean {
  return destination.includes('@');
}
