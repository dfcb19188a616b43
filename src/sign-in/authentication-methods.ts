import type { AuthenticationMethod } from '../sessions/session.service.js';

/** What a code proves by the way that it came, in the values of RFC 8176, which has none for WhatsApp. */
export function proofBy(channel: string): readonly AuthenticationMethod[] {
  if (channel === 'SMS') return ['otp', 'sms'];
  return channel === 'VOICE' ? ['otp', 'tel'] : ['otp'];
}
