import type { ShownProofs } from '../sessions/session.service.js';

/** What a right code says of the user, by the way it came. RFC 8176 has no values for WhatsApp, Telegram and email. */
export function proofByCode(channel: string | null): ShownProofs {
  switch (channel) {
    case 'EMAIL':
      return { methods: ['otp', 'email'], proofs: ['EMAIL_OTP'] };
    case 'SMS':
      return { methods: ['otp', 'sms'], proofs: ['PHONE_OTP'] };
    case 'VOICE':
      return { methods: ['otp', 'tel'], proofs: ['PHONE_OTP'] };
    default:
      return { methods: ['otp'], proofs: ['PHONE_OTP'] };
  }
}

/** Several proofs of one user, shown after each other. */
export function together(...shown: readonly ShownProofs[]): ShownProofs {
  return {
    methods: [...new Set(shown.flatMap(({ methods }) => methods))],
    proofs: [...new Set(shown.flatMap(({ proofs }) => proofs))],
  };
}
