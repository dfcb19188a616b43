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

type Email = Extract<OutgoingMessage, { channel: 'EMAIL' }>;

/** An email to hand to a sender. */
export function emailMessage(given: Partial<Email> = {}): Email {
  return {
    ...textMessage(),
    id: '018f0000-0000-7000-8000-000000000001',
    channel: 'EMAIL',
    to: 'someone@example.com',
    subject: '123456 is your code',
    text: '123456\n\nIt expires in 10 minutes.\nDo not share it.',
    ...given,
  };
}
