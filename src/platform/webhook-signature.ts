import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Symmetric signatures of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com, "Signature scheme"): HMAC-SHA-256
 * over `id.timestamp.body`, as `v1,<base64>`.
 */

/** Seconds by which a timestamp may differ from our clock, in both directions. A request can be replayed that long. */
export const TOLERANCE = 300;

const SECRET_PREFIX = 'whsec_';
/** Bytes of a secret. */
const [LEAST, MOST] = [24, 64];
/** A sender signs with two secrets while it changes them. More signatures than this are never needed. */
const MOST_SIGNATURES = 10;

/** What is signed. */
export interface SignedContent {
  /** Id of the message: the same for every attempt. */
  readonly id: string;
  /** When this attempt began, in Unix seconds. */
  readonly timestamp: number;
  /** As it travels. */
  readonly body: string;
}

/** Whether it is `whsec_` and 24 to 64 bytes in base64, written so that every library can read it. */
export function isWebhookSecret(text: string): boolean {
  const bytes = webhookKey(text);
  return bytes.length >= LEAST && bytes.length <= MOST && text === SECRET_PREFIX + bytes.toString('base64');
}

export function webhookKey(secret: string): Buffer {
  return Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
}

export function signatureOf({ id, timestamp, body }: SignedContent, key: Buffer): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/**
 * Whether one of the signatures, separated by spaces, is right. Other kinds of signatures (`v1a`) are skipped.
 * @param given the header `webhook-signature`
 */
export function isSigned(content: SignedContent, given: string, key: Buffer): boolean {
  const right = Buffer.from(signatureOf(content, key));
  return given.split(' ', MOST_SIGNATURES).some((signature) => {
    const bytes = Buffer.from(signature);
    return bytes.length === right.length && timingSafeEqual(bytes, right);
  });
}
