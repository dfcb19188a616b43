import type { ConnectionOptions, PeerCertificate, SecureVersion } from 'node:tls';
import type { Findings } from './findings.js';
import { identityProblem } from './server-identity.js';
import { readTlsFiles, SYSTEM_ROOTS } from './tls-files.js';

/** What postgres.js takes as `ssl`. `prefer`: TLS if the server offers it, and no certificate is checked. */
export type TlsOptions = 'prefer' | ConnectionOptions;

const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type Mode = (typeof MODES)[number];
/** The modes in which the connection never goes on without TLS. */
const STRICT: readonly Mode[] = ['require', 'verify-ca', 'verify-full'];
const STRICT_WORDS = 'sslmode=require, verify-ca or verify-full';
const NEED_STRICT = ['sslrootcert', 'sslcert', 'sslkey', 'sslcrl'];
const VERSIONS: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

export interface TlsReading {
  readonly tls: TlsOptions | null;
  /** Whether TLS begins without asking the server first (PostgreSQL 17). */
  readonly direct: boolean;
}

/** Decides about TLS as libpq does. */
export function readTls(words: ReadonlyMap<string, string>, parts: { standard: Mode; findings: Findings }): TlsReading {
  const { findings } = parts;
  const mode = readMode(words, parts);
  const files = readTlsFiles(words, findings);
  const direct = readChoice(words, { word: 'sslnegotiation', values: ['postgres', 'direct'], findings }) === 'direct';
  const checksRoots = words.has('sslrootcert') && mode === 'require' ? 'verify-ca' : mode;
  if (!STRICT.includes(mode)) {
    const lost = [...NEED_STRICT, ...(direct ? ['sslnegotiation'] : [])].filter((word) => words.get(word));
    for (const word of lost) findings.complain(`has ${word}, which needs ${STRICT_WORDS}`);
    // `allow` tries without TLS first in libpq. To try it first costs no more and reaches the same servers.
    return { tls: mode === 'disable' ? null : 'prefer', direct: false };
  }
  if (checksRoots === 'verify-ca' && (words.get('sslrootcert') ?? SYSTEM_ROOTS) === SYSTEM_ROOTS) {
    const reason = 'anyone can have a certificate from a public authority';
    findings.complain(
      `has sslmode=${mode}, for which ${reason}: name yours with sslrootcert, or write sslmode=verify-full`,
    );
  }
  const versions = { ...readVersion(words, 'min', findings), ...readVersion(words, 'max', findings) };
  return { tls: { ...files, ...versions, ...readServerName(words, findings), ...checks(checksRoots) }, direct };
}

function readMode(words: ReadonlyMap<string, string>, parts: { standard: Mode; findings: Findings }): Mode {
  const { standard, findings } = parts;
  const ssl = readChoice(words, { word: 'ssl', values: ['true', 'false', '1', '0'], findings });
  const written = readChoice(words, { word: 'sslmode', values: MODES, findings });
  const isOn = ssl === 'true' || ssl === '1';
  if (ssl !== null && written !== null && isOn !== STRICT.includes(written)) {
    findings.complain(`has ssl=${ssl} and sslmode=${written}, which contradict each other: keep sslmode`);
  }
  if (written !== null) return written;
  if (ssl !== null) return isOn ? 'require' : 'disable';
  return words.get('sslrootcert') === SYSTEM_ROOTS ? 'verify-full' : standard;
}

/** Node's own checks, said in full, because NODE_TLS_REJECT_UNAUTHORIZED would decide otherwise. */
function checks(mode: Mode): ConnectionOptions {
  if (mode === 'require') return { rejectUnauthorized: false };
  if (mode === 'verify-ca') return { rejectUnauthorized: true, checkServerIdentity: () => undefined };
  return { rejectUnauthorized: true, checkServerIdentity: checkHost };
}

/**
 * Node calls this as a method of the options of the connection. Their socket knows the host: postgres.js notes it there.
 * The name that Node passes is `localhost` where the host is an IP address, so it is not looked at.
 */
function checkHost(this: unknown, _name: string, certificate: PeerCertificate): Error | undefined {
  const { socket } = (this ?? {}) as { socket?: { host?: unknown } };
  if (typeof socket?.host !== 'string') return new Error('The host that the certificate must be for is not known.');
  return identityProblem(socket.host, certificate);
}

function readServerName(words: ReadonlyMap<string, string>, findings: Findings): ConnectionOptions {
  return readChoice(words, { word: 'sslsni', values: ['1', '0'], findings }) === '0' ? { servername: '' } : {};
}

function readVersion(words: ReadonlyMap<string, string>, end: 'min' | 'max', findings: Findings): ConnectionOptions {
  const version = readChoice(words, { word: `ssl_${end}_protocol_version`, values: VERSIONS, findings });
  return version === null ? {} : { [`${end}Version`]: version };
}

interface Choice<Value extends string> {
  readonly word: string;
  readonly values: readonly Value[];
  readonly findings: Findings;
}

/** The value of a word that has a few, or null. */
export function readChoice<Value extends string>(
  words: ReadonlyMap<string, string>,
  { word, values, findings }: Choice<Value>,
): Value | null {
  const given = words.get(word);
  if (given === undefined) return null;
  const value = values.find((each) => each === given) ?? null;
  if (value === null) findings.complain(`has ${word}=${given}: it must be one of ${values.join(', ')}`);
  return value;
}
