import { createHash } from 'node:crypto';

/** The end of the bytes: hexadecimal digits, which name the message. */
const NAME = /([\dA-F]{16,40})\0?$/;

/**
 * What is kept of WhatsApp's id of a message (`wamid.…`). The id holds the number of the person in base64, and ids are logged. Its
 * last part names the message. Null: it is none of WhatsApp's ids.
 */
export function messageIdOf(wamid: unknown): string | null {
  if (typeof wamid !== 'string' || !/^wamid\.[\w+/=-]{8,512}$/.test(wamid)) return null;
  const bytes = Buffer.from(wamid.slice('wamid.'.length), 'base64').toString('latin1');
  return NAME.exec(bytes)?.[1] ?? createHash('sha256').update(wamid).digest('hex').slice(0, 32);
}
