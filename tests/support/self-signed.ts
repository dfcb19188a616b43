import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';

/** A certificate and its key, both in PEM. */
export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
}

/** Whoever signs certificates. */
export interface Authority extends SelfSigned {
  readonly name: string;
  readonly privateKey: KeyObject;
}

interface Wanted {
  /** The common name of the subject. */
  readonly name: string;
  /** What the certificate is for: names and IP addresses. */
  readonly hosts: readonly string[];
  readonly isAuthority?: boolean;
}

/** A certificate for one host that nobody vouches for. */
export function selfSigned(host: string): SelfSigned {
  return issue({ name: host, hosts: [host] });
}

export function makeAuthority(name: string): Authority {
  return issue({ name, hosts: [], isAuthority: true });
}

/** Made afresh each time, so that no key is kept and none expires: X.509 version 3 in DER (RFC 5280). */
export function issue(wanted: Wanted, authority?: Authority): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
  const time = (value: string) => der(0x18, Buffer.from(value));
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1]), randomBytes(8)),
    ecdsaWithSha256,
    nameOf(authority?.name ?? wanted.name),
    sequence(time('20200101000000Z'), time('20991231235959Z')),
    nameOf(wanted.name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(wanted))),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', content, authority?.privateKey ?? privateKey));
  const certificate = sequence(content, ecdsaWithSha256, signature).toString('base64');
  return {
    name: wanted.name,
    privateKey,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`,
  };
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));
}

function extensions({ hosts, isAuthority }: Wanted): Buffer[] {
  const alternatives = hosts.map((host) => (isIP(host) === 0 ? der(0x82, Buffer.from(host)) : der(0x87, bytes(host))));
  const extension = (id: string, value: Buffer) => sequence(oid(id), der(0x04, value));
  return [
    ...(alternatives.length > 0 ? [extension('551d11', sequence(...alternatives))] : []),
    extension('551d13', sequence(...(isAuthority ? [der(0x01, Buffer.from([0xff]))] : []))),
  ];
}

/** Of IPv6 addresses only `::1` is needed. */
function bytes(address: string): Buffer {
  return isIPv4(address) ? Buffer.from(address.split('.').map(Number)) : Buffer.from([...Array(15).fill(0), 1]);
}

/** One value in DER: tag, length, content (ITU-T X.690). */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, 0x80 + bytes.length, ...bytes]), content]);
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
