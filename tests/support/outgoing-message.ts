import type { OutgoingMessage } from '../../src/messaging/message-sender.js';

type Text = Extract<OutgoingMessage, { channel: 'SMS' | 'WHATSAPP' }>;

/** A text to hand to a sender. */
export function textMessage(given: Partial<Text> = {}): Text {
  const text = '123456 is your code.';
  const expiresAt = new Date('2026-01-01T00:10:00Z');
  return {
    id: 'message-1',
    channel: 'SMS',
    to: '+9779800000000',
    code: '123456',
    locale: 'en',
    text,
    expiresAt,
    ...given,
  };
}
