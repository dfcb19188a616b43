import { createHash, createHmac, createPrivateKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { Proof } from '../../../../src/providers/described/description.js';

/** A report before it is signed. */
export interface UnsignedReport {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

/** For the setting with the public key of an ed25519 proof. */
export const PUBLIC_KEY = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');

type Settings = Readonly<Record<string, string>>;

/** A report as the provider would prove it: written here again, and not by the code that checks it. */
export function signedReport(
  report: UnsignedReport,
  proofs: readonly Proof[],
  by: { settings: Settings; now: Date },
): UnsignedReport {
  // A secret in the address is a part of what signatures cover.
  const inOrder = [...proofs].sort((one, other) => Number(other.kind === 'address') - Number(one.kind === 'address'));
  return inOrder.reduce((signed, proof) => withProof(signed, proof, by), report);
}

function withProof(
  report: UnsignedReport,
  proof: Proof,
  { settings, now }: { settings: Settings; now: Date },
): UnsignedReport {
  const secret = (name: string) => settings[name] ?? '';
  const add = (headers: Record<string, string>) => ({ ...report, headers: { ...report.headers, ...headers } });
  const seconds = Math.floor(now.getTime() / 1000);
  switch (proof.kind) {
    case 'address':
      return { ...report, url: withParameter(report.url, 'secret', secret(proof.setting)) };
    case 'header':
      return add({ [proof.header]: secret(proof.setting) });
    case 'basic':
      return add({ authorization: `Basic ${btoa(`${secret(proof.user)}:${secret(proof.password)}`)}` });
    case 'hmac': {
      const { text, headers } = toSign(report, proof, seconds);
      const key = Buffer.from(
        secret(proof.setting),
        proof.key === undefined || proof.key === 'text' ? 'utf8' : proof.key,
      );
      const signature = createHmac(proof.algorithm, key).update(text).digest(proof.encoding);
      return add({ ...headers, [proof.header]: `${proof.prefix ?? ''}${signature}` });
    }
    case 'ed25519': {
      const { text, headers } = toSign(report, proof, seconds);
      const key = createPrivateKey({ key: privateKey.export({ format: 'jwk' }), format: 'jwk' });
      return add({ ...headers, [proof.header]: sign(null, Buffer.from(text), key).toString(proof.encoding) });
    }
    case 'jwt': {
      const claims = {
        ...{ nbf: seconds - 1, exp: seconds + 60, iat: seconds, [proof.urlHash]: sha256(report.url) },
        ...(proof.issuer !== undefined && { iss: proof.issuer }),
        ...(report.body !== '' && { [proof.bodyHash]: sha256(report.body) }),
      };
      return add({ [proof.header]: token(claims, secret(proof.setting)) });
    }
    case 'standard-webhooks': {
      const id = randomUUID();
      const signature = new Webhook(secret(proof.setting)).sign(id, now, report.body);
      return add({ 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signature });
    }
  }
}

/** RFC 7515 and RFC 7519, with HS256. */
function token(claims: object, key: string): string {
  const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return [...parts, createHmac('sha256', key).update(parts.join('.')).digest('base64url')].join('.');
}

/** What a signature covers, with the headers that it names: a time, or a number that is used once. */
function toSign(report: UnsignedReport, proof: Extract<Proof, { signed: string }>, seconds: number) {
  const headers: Record<string, string> = {};
  const text = proof.signed.replace(/\{([^{}]+)\}/g, (_whole, name: string) => {
    if (name === 'url') return report.url;
    if (name === 'address') return report.url.replace(/\?.*/, '');
    if (name === 'body') return report.body;
    if (name === 'sortedFields') return [...new URLSearchParams(report.body)].sort().flat().join('');
    const header = name.replace('header.', '');
    headers[header] ??= header === proof.timestamp?.header ? String(seconds) : randomUUID();
    return headers[header];
  });
  return { text, headers };
}

export function withParameter(url: string, name: string, value: string): string {
  const address = new URL(url);
  address.searchParams.set(name, value);
  return address.href;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
