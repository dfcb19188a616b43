import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Findings } from './findings.js';

type Words = ReadonlyMap<string, string>;

/** The contents of the files that the URL names, as `tls.connect` takes them. */
export interface TlsFiles {
  readonly ca?: string;
  readonly crl?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
}

/** `sslrootcert` of those who mean the certificate authorities that Node knows. */
export const SYSTEM_ROOTS = 'system';

/** Reads the files once, at the start, so that a wrong one is reported together with all other problems. */
export function readTlsFiles(words: Words, findings: Findings): TlsFiles {
  const roots = words.get('sslrootcert');
  const ca = roots === SYSTEM_ROOTS ? undefined : readCertificates(words, 'sslrootcert', findings);
  const crl = readText(words, 'sslcrl', findings);
  return { ...(ca && { ca }), ...(crl && { crl }), ...readOwnCertificate(words, findings) };
}

/** The certificate that the service shows to the server. */
function readOwnCertificate(words: Words, findings: Findings): TlsFiles {
  if (!words.get('sslcert') && !words.get('sslkey')) return {};
  if (!words.get('sslcert')) findings.complain('has sslkey without sslcert: name both files');
  if (!words.get('sslkey')) {
    findings.complain('has sslcert without sslkey: name both files. The certificate of the authority is sslrootcert');
  }
  const cert = readCertificates(words, 'sslcert', findings);
  const key = readText(words, 'sslkey', findings);
  if (!cert || !key) return {};
  const passphrase = words.get('sslpassword');
  const privateKey = readKey({ key, ...(passphrase && { passphrase }) });
  if (privateKey === null) {
    findings.complain('has sslkey, whose file holds no key in PEM that can be read: check sslpassword');
  } else if (!new X509Certificate(cert).checkPrivateKey(privateKey)) {
    findings.complain('has sslcert and sslkey that do not belong together: name the key of the certificate');
  }
  return { cert, key, ...(passphrase && { passphrase }) };
}

function readKey(input: { key: string; passphrase?: string }): KeyObject | null {
  try {
    return createPrivateKey(input);
  } catch {
    return null;
  }
}

function readCertificates(words: Words, word: string, findings: Findings): string | undefined {
  const text = readText(words, word, findings);
  if (text === undefined) return undefined;
  try {
    new X509Certificate(text);
    return text;
  } catch {
    findings.complain(`has ${word}, whose file holds no certificate in PEM: name another file`);
    return undefined;
  }
}

function readText(words: Words, word: string, findings: Findings): string | undefined {
  const path = words.get(word);
  if (!path) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    findings.complain(`has ${word}, whose file ${path} cannot be read (${code}): name one that this user may read`);
    return undefined;
  }
}
