import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config/config.js';
import { settings } from '../../src/config/settings.js';
import { LIMIT_NAMES, limitParameters, SERVICE_LIMITS } from '../../src/database/pool/time-limits.js';
import { promtool } from '../support/promtool.js';
import { blocksOf } from '../support/shell-blocks.js';

/** A person with Docker starts compose.yaml. `npm run image:try` runs its parts without Docker. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks: readonly string[];
  readonly stop_grace_period?: string;
  readonly command?: readonly string[];
}
const text = read('compose.yaml');
const compose: { services: Readonly<Record<string, Service>> } = parse(text, { merge: true });
const service = (name: string) => compose.services[name] as Service;

const blocks = blocksOf('docs/deployment.md').map(({ code }) => code);
/** What the person has in .env, and in settings.env. */
const given = madeBy(blocks.find((code) => code.includes('> .env')) ?? '');
const others = parseEnv(blocks.find((code) => code.startsWith('SMS_PROVIDER=')) ?? '');

/** As Compose puts values in: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`. */
const filled = (value: string) =>
  value.replaceAll(/\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g, (_, name: string, standard = '') => given[name] ?? standard);
const filledIn = (values: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, filled(value)]));

test('it is a Compose file', () => {
  const { $schema: _, ...schema } = JSON.parse(read('node_modules/dclint/schemas/compose.schema.json'));
  const check = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  expect(check(compose) ? [] : check.errors).toEqual([]);
});

test.each(['accounts', 'migrate'])('the settings of %s are settings, and enough for production', (name) => {
  const env = filledIn(service(name).environment);
  expect(Object.keys(env).filter((each) => !(each in settings))).toEqual([]);
  expect(readConfig({ ...others, ...env, NODE_ENV: 'production' })).toMatchObject({ kind: 'config', warnings: [] });
});

test('the values that it needs are those that docs/deployment.md makes, and Compose names each that is missing', () => {
  const required = [...text.matchAll(/\$\{(\w+):\?[^}]+\}/g)].map(([, name]) => name);
  const named = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
  expect(named.filter((name) => !required.includes(name))).toEqual([]);
  expect(required.sort()).toEqual(Object.keys(given).sort());
  expect(new Set(Object.values(given)).size).toBe(required.length);
});

test('only this machine reaches what is not the service, and the service only through the proxy', () => {
  const published = Object.values(compose.services).flatMap(({ ports = [] }) => ports.map(filled));
  expect(published).toEqual(['127.0.0.1:8080:8080', '127.0.0.1:9090:9090', '127.0.0.1:3000:3000']);
  expect(service('accounts').environment).toMatchObject({ TRUST_PROXY: '1' });
  expect(service('proxy').networks).toEqual(['front']);
  expect(read('ops/compose/haproxy.cfg')).toMatch(/^ {2}server-template s 10 accounts:4000 /m);
  expect(read('ops/compose/prometheus.yml')).toContain(`port: ${service('accounts').environment?.['METRICS_PORT']}`);
});

test('every file that it mounts is there, and every image has a version', () => {
  const mounted = Object.values(compose.services).flatMap(({ volumes = [] }) => volumes);
  const files = mounted.filter((volume) => volume.startsWith('./')).map((volume) => volume.split(':')[0] ?? '');
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const images = Object.values(compose.services).map(({ image }) => image);
  expect(images.filter((image) => !/:(local|v?\d+\.\d+[\w.-]*)$/.test(image))).toEqual([]);
});

test('a container has the time that a stop takes', () => {
  const { environment, stop_grace_period: period = '' } = service('accounts');
  expect(Number.parseInt(period, 10)).toBeGreaterThanOrEqual(Math.max(25, Number(environment?.['DRAIN_SECONDS']) + 20));
});

describe('the programs beside the service', () => {
  const linesOf = (path: string) =>
    read(path)
      .split('\n')
      .map((line) => line.trim());

  test('HAProxy and PgBouncer have the lines that were tried', () => {
    const tried = `${read('cluster/haproxy.ts')}${read('cluster/pgbouncer.ts').replace(/\$\{IGNORED\}/, LIMIT_NAMES.join(', '))}`;
    const shared = /^(timeout (connect|client|server|check)|option|retr|http-check|default-server|pool_mode|ignore_)/;
    const lines = ['haproxy.cfg', 'pgbouncer/pgbouncer.ini'].flatMap((name) => linesOf(`ops/compose/${name}`));
    const own = lines.filter((line) => shared.test(line) && line !== 'option forwardfor');
    expect(own.length).toBeGreaterThan(10);
    expect(own.filter((line) => !tried.includes(line))).toEqual([]);
  });

  test('the role of the service has the time limits that PgBouncer does not pass on', () => {
    const set = [...read('ops/compose/postgres-roles.sh').matchAll(/^ALTER ROLE accounts_app SET (\w+) = (\d+);$/gm)];
    expect(Object.fromEntries(set.map(([, name, value]) => [name, value]))).toEqual(limitParameters(SERVICE_LIMITS));
  });

  test('Prometheus takes its settings and the alerts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-prometheus-'));
    for (const path of ['ops/compose/prometheus.yml', 'ops/prometheus/alerts.yml'])
      writeFileSync(join(folder, path.split('/').at(-1) ?? ''), read(path));
    const { ok, said } = promtool(['check', 'config', join(folder, 'prometheus.yml')]);
    rmSync(folder, { recursive: true });
    expect(ok, said).toBe(true);
  });
});

/** Pastes the block into a terminal. */
function madeBy(block: string): NodeJS.Dict<string> {
  const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-compose-'));
  execFileSync('sh', ['-c', block], { cwd: folder });
  const made = parseEnv(readFileSync(join(folder, '.env'), 'utf8'));
  rmSync(folder, { recursive: true });
  return made;
}
