import type { Channel } from '../texts/channel.js';

/** The destination of a message as log lines name it. The logger masks both. */
export function loggedDestination({ channel, destination }: { channel: Channel; destination: string }) {
  return channel === 'EMAIL' ? { email: destination } : { phoneNumber: destination };
}
