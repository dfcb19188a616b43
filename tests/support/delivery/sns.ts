import { execFileSync } from 'node:child_process';
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key of its own with a certificate, as SNS has one. */
export interface SigningCertificate {
  readonly privateKey: KeyObject;
  readonly pem: string;
}

export function signingCertificate(): SigningCertificate {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-sns-'));
  try {
    const key = join(folder, 'key.pem');
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const subject = ['-subj', '/CN=sns.amazonaws.com', '-days', '30'];
    execFileSync('openssl', ['req', '-x509', '-key', key, ...subject, '-out', join(folder, 'certificate.pem')]);
    return { privateKey, pem: readFileSync(join(folder, 'certificate.pem'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SIGNED = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

/** As https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html tells to check it. */
export function snsSigned(
  message: Readonly<Record<string, string>>,
  { privateKey }: SigningCertificate,
): Readonly<Record<string, string>> {
  const data = SIGNED.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`])).join('');
  const digest = message['SignatureVersion'] === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  return { ...message, Signature: createSign(digest).update(data).sign(privateKey, 'base64') };
}
