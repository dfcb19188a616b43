import { userInfo } from 'node:os';
import type { Findings } from './findings.js';
import { type Host, isSocket, readHosts, shownHost } from './hosts.js';
import { judgeOtherWords } from './other-words.js';
import { RELIED_ON } from './own-parameters.js';
import { knownPooler } from './poolers.js';
import { splitUrl, type UrlParts } from './split-url.js';
import { readStartUpOptions } from './start-up-options.js';
import { readChoice, readTls, type TlsOptions } from './tls.js';

/** A database and how to reach it: everything that a connection URL says, decided. */
export interface ConnectionTarget {
  /** All are tried at the same moment (pool/hosts.ts). */
  readonly hosts: readonly Host[];
  readonly user: string;
  readonly password: string | null;
  readonly database: string;
  /** Null: the one that the server uses by itself. */
  readonly schema: string | null;
  /** Null: without TLS. */
  readonly tls: TlsOptions | null;
  /** Whether TLS begins without asking the server first (sslnegotiation=direct). */
  readonly directTls: boolean;
  /** Which server is wanted. */
  readonly targetSessionAttrs: 'any' | 'read-write' | 'primary';
  /** Whether statements may be prepared by name. Null: the URL does not say it. */
  readonly prepare: boolean | null;
  readonly connectTimeoutSeconds: number | null;
  /** Seconds of silence before the system asks whether the server is there; 0: never. Null: the URL does not say it. */
  readonly keepAliveSeconds: number | null;
  /** Parameters that the server gets when a connection begins. */
  readonly parameters: Readonly<Record<string, string>>;
}

export type TargetReading =
  | { readonly kind: 'target'; readonly target: ConnectionTarget; readonly warnings: readonly string[] }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

export interface TargetEnvironment {
  /** The `sslmode` of URLs that have none. */
  readonly PGSSLMODE?: 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full' | undefined;
  /** Whether migrations have an address of their own, so that no advice about it is needed. */
  readonly migratesElsewhere?: boolean;
}

/**
 * Reads a connection URL completely. libpq's words mean what they mean to `psql`; a word that cannot be heeded is named.
 *
 * No library does this: `pg-connection-string` 2.14 knows one host, drops words that it does not know, throws at the
 * first problem and reads `prefer` as `verify-full`. postgres.js takes unknown words for parameters of the server, asks
 * nothing of `sslrootcert` and fills gaps from the environment.
 *
 * @param problems and warnings follow the name of the setting: `DATABASE_URL has …`
 */
export function readConnectionUrl(url: string, environment: TargetEnvironment = {}): TargetReading {
  const problems: string[] = [];
  const warnings: string[] = [];
  const findings = {
    complain: (problem: string) => void problems.push(problem),
    warn: (warning: string) => void warnings.push(warning),
  };
  const parts = splitUrl(url, findings);
  const target = parts && readTarget(parts, { environment, findings });
  if (target === null || problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'target', target, warnings };
}

/** A URL that was made here, or has been read before. */
export function targetOf(url: string): ConnectionTarget {
  const reading = readConnectionUrl(url);
  if (reading.kind === 'problems') throw new Error(`The connection URL ${reading.problems.join('; it ')}.`);
  return reading.target;
}

interface Parts {
  readonly environment: TargetEnvironment;
  readonly findings: Findings;
}

function readTarget(parts: UrlParts, { environment, findings }: Parts): ConnectionTarget {
  const { words } = parts;
  judgeOtherWords(words, findings);
  const hosts = readHosts(parts, findings);
  const user = words.get('user') || parts.user || userInfo().username;
  const { tls, direct } = readTls(words, { standard: environment.PGSSLMODE ?? 'prefer', findings });
  const { schema, options } = readStartUpOptions(words, findings);
  const name = words.get('application_name') || words.get('fallback_application_name') || 'phone-accounts';
  return {
    hosts,
    user,
    password: words.get('password') || parts.password,
    database: words.get('dbname') || parts.database || user,
    schema,
    tls: hosts.every(isSocket) ? null : tls,
    directTls: direct,
    targetSessionAttrs: readServerKind(words, { hosts, findings }),
    prepare: readPrepare(words, { hosts, findings, advises: environment.migratesElsewhere !== true }),
    connectTimeoutSeconds: readConnectTimeout(words, findings),
    keepAliveSeconds: readKeepAlive(words, findings),
    parameters: { application_name: name, ...RELIED_ON, ...(options !== null && { options }) },
  };
}

interface HostParts {
  readonly hosts: readonly Host[];
  readonly findings: Findings;
}

/** The service writes, so it has no use for a server that only reads. Among several hosts it looks for one that writes. */
function readServerKind(words: ReadonlyMap<string, string>, { hosts, findings }: HostParts) {
  const values = ['any', 'read-write', 'primary'] as const;
  const kind = readChoice(words, { word: 'target_session_attrs', values, findings });
  return kind ?? (hosts.length > 1 ? 'read-write' : 'any');
}

/** Behind a pooler that gives each transaction another connection, a prepared statement is lost. */
function readPrepare(
  words: ReadonlyMap<string, string>,
  { hosts, findings, advises }: HostParts & { readonly advises: boolean },
): boolean | null {
  const said = readChoice(words, { word: 'pgbouncer', values: ['true', 'false'], findings });
  const effect = 'statements are not prepared by name. DATABASE_PREPARE decides otherwise';
  if (said === 'true') findings.warn(`has pgbouncer=true: ${effect}`);
  if (said !== null) return said === 'false';
  const pooler = hosts.map(knownPooler).find((name) => name !== null);
  if (pooler === undefined) return null;
  const advice = advises ? '. Give migrations the direct address in DATABASE_MIGRATION_URL' : '';
  findings.warn(`leads to ${pooler}: ${effect}${advice}`);
  return false;
}

/** libpq waits for ever with 0. A request must not. */
function readConnectTimeout(words: ReadonlyMap<string, string>, findings: Findings): number | null {
  const seconds = readSeconds(words, 'connect_timeout', findings);
  if (seconds === 0) findings.warn('has connect_timeout=0, which is passed over: the service waits 5 seconds');
  return seconds || null;
}

/** For `keepalives_idle`, 0 means the standard. */
function readKeepAlive(words: ReadonlyMap<string, string>, findings: Findings): number | null {
  const isOff = readChoice(words, { word: 'keepalives', values: ['1', '0'], findings }) === '0';
  const idle = readSeconds(words, 'keepalives_idle', findings);
  return isOff ? 0 : idle || null;
}

function readSeconds(words: ReadonlyMap<string, string>, word: string, findings: Findings): number | null {
  const given = words.get(word);
  if (given === undefined) return null;
  if (/^\d{1,6}$/.test(given)) return Number(given);
  findings.complain(`has ${word}=${given}: it must be a whole number of seconds`);
  return null;
}

/** The hosts and the database, for messages. */
export function shownTarget(target: ConnectionTarget | string): string {
  const { hosts, database } = typeof target === 'string' ? targetOf(target) : target;
  return `${hosts.map(shownHost).join(',')}${hosts.some(isSocket) ? ', database ' : '/'}${database}`;
}
