import type { OutgoingMessage } from '../../../src/providers/message-sender.js';

type Text = Extract<OutgoingMessage, { channel: 'SMS' | 'WHATSAPP' | 'TELEGRAM' }>;
type Call = Extract<OutgoingMessage, { channel: 'VOICE' }>;

/** Like the id of a row. */
export const MESSAGE_ID = '01936d3e-7c00-7000-8000-000000000001';

const parts = {
  id: MESSAGE_ID,
  to: '+9779800000000',
  code: '123456',
  locale: 'en',
  expiresAt: new Date('2026-01-01T00:10:00Z'),
} as const;

/** A text to hand to a sender. */
export function textMessage(given: Partial<Text> = {}): Text {
  return { ...parts, channel: 'SMS', text: '123456 is your code.', ...given };
}

/** A call to hand to a sender. */
export function voiceMessage(given: Partial<Call> = {}): Call {
  const speech = { introduction: 'Your Acme code is:', repetition: 'Once more:' };
  const text = 'Your Acme code is: 1, 2, 3, 4, 5, 6.';
  return { ...parts, channel: 'VOICE', text, speech, englishSpeech: speech, ...given };
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
