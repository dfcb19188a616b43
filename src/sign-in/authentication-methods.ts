import type { AuthenticationMethod } from '../sessions/session.service.js';

/** What a right code says of the user, by the way it came, in the values of RFC 8176. It has none for WhatsApp. */
export function methodsOfCode(channel: string | null): readonly AuthenticationMethod[] {
  if (channel === 'SMS') return ['otp', 'sms'];
  return channel === 'VOICE' ? ['otp', 'tel'] : ['otp'];
}
