import type { OutgoingMessage } from '../../../src/providers/message-sender.js';

/** The code as a person finds it in a message; a call says its digits one by one. */
export function codeIn({ channel, text }: OutgoingMessage): string | null {
  const written = channel === 'VOICE' ? text.replaceAll(/(?<=\d), (?=\d)/g, '') : text;
  return /(?<!\d)\d{6}(?!\d)/.exec(written)?.[0] ?? null;
}
