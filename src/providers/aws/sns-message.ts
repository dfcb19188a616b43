import { verify, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../http/answer.js';

/**
 * A message as Amazon SNS posts it (https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html). Texts are as they
 * are signed.
 */
const messageSchema = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.iso.datetime(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.base64(),
  SigningCertURL: z.string().max(300),
  Subject: z.string().optional(),
  Token: z.string().optional(),
  SubscribeURL: z.string().optional(),
});
export type SnsMessage = z.output<typeof messageSchema>;

const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const;

const DIGEST = { 1: 'RSA-SHA1', 2: 'RSA-SHA256' } as const;

/** Null: it is no message as SNS makes them. */
export function readSnsMessage(body: string): SnsMessage | null {
  return messageSchema.safeParse(parseJson(body)).data ?? null;
}

/** Whether the holder of the certificate signed a message. */
export function isSignedBy(message: SnsMessage, pem: string): boolean {
  const data = SIGNED[message.Type].flatMap((name) => {
    const value = message[name];
    return value === undefined ? [] : [`${name}\n${value}\n`];
  });
  try {
    const { publicKey } = new X509Certificate(pem);
    const signature = Buffer.from(message.Signature, 'base64');
    return verify(DIGEST[message.SignatureVersion], Buffer.from(data.join('')), publicKey, signature);
  } catch {
    return false;
  }
}
