import { isIPv6 } from 'node:net';
import type { Findings } from './findings.js';
import { decoded, type UrlParts } from './split-url.js';

/** Where a server listens. */
export interface Host {
  /** A name, an address, or the absolute path of a folder with a Unix socket. */
  readonly host: string;
  readonly port: number;
}

const STANDARD_PORT = 5432;
const LAST_PORT = 65_535;
/** What Linux takes for the path of a socket; other systems take less. */
const MOST_SOCKET_BYTES = 107;

/** Stands for a host that was complained about already. */
const UNREAD = 'unread';

/** Reads the hosts. `host=` and `port=` behind the question mark replace those before it, as in libpq. */
export function readHosts({ hosts, words }: UrlParts, findings: Findings): Host[] {
  const written = hosts.split(',').map((each) => splitHost(each, findings));
  const names = words.get('host')?.split(',') ?? written.map(({ name }) => name);
  const ports = words.get('port')?.split(',') ?? (words.has('host') ? [''] : written.map(({ port }) => port));
  if (ports.length !== 1 && ports.length !== names.length) {
    findings.complain(`has ${names.length} hosts and ${ports.length} ports: give one port, or one for each host`);
    return [];
  }
  return names.map((name, index) => {
    const port = readPort(ports.length === 1 ? ports[0] : ports[index], findings);
    checkHost({ host: name, port }, findings);
    return { host: name, port };
  });
}

function splitHost(text: string, findings: Findings): { name: string; port: string } {
  const [, bracketed, name = '', port = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(text) ?? [];
  const host = decoded(bracketed ?? name, { part: 'host', findings });
  const isAddress = bracketed === undefined ? !port.includes(':') : isIPv6(host);
  if (!isAddress) findings.complain('has an IPv6 address that cannot be read: write it in brackets, as in [::1]:5432');
  return isAddress ? { name: host, port } : { name: UNREAD, port: '' };
}

function readPort(text: string | undefined, findings: Findings): number {
  if (!text) return STANDARD_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  // The text is not shown: where the host was forgotten, it is the password.
  if (port < 1 || port > LAST_PORT) {
    findings.complain(`has a port that is no number from 1 to ${LAST_PORT}: write …@host:5432/…`);
  }
  return port;
}

function checkHost(host: Host, findings: Findings): void {
  const { host: name } = host;
  if (name === '') {
    const socket = 'or ?host=/var/run/postgresql for a Unix socket';
    findings.complain(`names no host: write …@host:5432/…, ${socket}`);
  } else if (/[\s@]/.test(name)) {
    findings.complain('has a space or an @ in the host: write a name, an address or the folder of a Unix socket');
  } else if (name.includes('/') && !isFolder(name)) {
    findings.complain('has a / in the host: the folder of a Unix socket is written in full, as /var/run/postgresql');
  } else if (isFolder(name) && Buffer.byteLength(socketPath(host)) > MOST_SOCKET_BYTES) {
    findings.complain(`has a Unix socket whose path is longer than ${MOST_SOCKET_BYTES} bytes: use a shorter folder`);
  }
}

function isFolder(host: string): boolean {
  return host.startsWith('/');
}

/** Whether the server is reached through a Unix socket. */
export function isSocket({ host }: Host): boolean {
  return isFolder(host);
}

export function socketPath({ host, port }: Host): string {
  return `${host.replace(/\/+$/, '')}/.s.PGSQL.${port}`;
}

export function shownHost(host: Host): string {
  if (isSocket(host)) return socketPath(host);
  return `${host.host.includes(':') ? `[${host.host}]` : host.host}:${host.port}`;
}
