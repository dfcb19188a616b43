import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that are no part of npm packages, and the package of Debian and Ubuntu that has each. */
const PACKAGES = {
  etcd: 'etcd-server',
  patroni: 'patroni',
  haproxy: 'haproxy',
  nginx: 'nginx',
  pgbouncer: 'pgbouncer',
  unshare: 'util-linux',
  initdb: 'postgresql',
  postgres: 'postgresql',
  pg_dump: 'postgresql',
  pg_restore: 'postgresql',
  psql: 'postgresql',
  pg_rewind: 'postgresql',
  pg_basebackup: 'postgresql',
} as const;

export type Program = keyof typeof PACKAGES;

/** Debian keeps the programs of PostgreSQL out of PATH. */
const POSTGRES = '/usr/lib/postgresql';

/** The path of a program. Null: it is not installed. PATH is last: it may have some programs of PostgreSQL only. */
function find(program: string): string | null {
  const folders = [...postgresFolders(), '/usr/sbin', ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, program)).find(isProgram) ?? null;
}

/** The newest PostgreSQL first. */
function postgresFolders(): string[] {
  try {
    const versions = readdirSync(POSTGRES).filter((name) => /^\d+$/.test(name));
    return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(POSTGRES, version, 'bin'));
  } catch {
    return [];
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @throws MissingPrograms with one line that says what to install. */
export function programs<Name extends Program>(...names: Name[]): Readonly<Record<Name, string>> {
  const found = names.map((name): [Name, string | null] => [name, find(name)]);
  const missing = found.filter(([, path]) => path === null).map(([name]) => name);
  if (missing.length > 0) throw new MissingPrograms(missing);
  return Object.fromEntries(found) as Record<Name, string>;
}

export class MissingPrograms extends Error {
  constructor(missing: readonly Program[]) {
    const packages = [...new Set(missing.map((name) => PACKAGES[name]))].join(' ');
    super(`${missing.join(', ')}: not found. Install with: apt-get install -y ${packages}`);
  }
}
