import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { blocksOf } from '../support/shell-blocks.js';
import { LIMIT_NAMES, limitParameters, SERVICE_LIMITS } from '../../src/database/pool/time-limits.js';

/** docs/scaling.md shows settings that were tried: those that the scripts in cluster/ use. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const page = 'docs/scaling.md';
/** Addresses are the operator's. A script has one line for all servers, and no address in front of a client's. */
const OF_THE_OPERATOR =
  /^(server \w|server 10|bind|listen \d|upstream|server \{|location|\}|mode tcp$|option forwardfor$)|X-Forwarded-For/;

const blocks = (language: string) =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, code = '']) => code);

it.each([
  ['haproxy', 'cluster/haproxy.ts'],
  ['nginx', 'cluster/nginx.ts'],
  ['ini', 'cluster/pgbouncer.ts'],
])('its settings for %s are those of %s', (language, script) => {
  const lines = blocks(language).flatMap((code) => code.split('\n').map((line) => line.trim()));
  const own = lines.filter((line) => line !== '' && !OF_THE_OPERATOR.test(line));
  const tried = read(script).replace(/\$\{IGNORED\}/, LIMIT_NAMES.join(', '));
  expect(own.length).toBeGreaterThan(3);
  expect(own.filter((line) => !tried.includes(line))).toEqual([]);
});

it('the time limits that it sets for a role are those of the service', () => {
  const shown = [...read(page).matchAll(/^ALTER ROLE accounts SET (\w+) = (\d+);$/gm)].map(([, name, value]) => [
    name,
    value,
  ]);
  expect(Object.fromEntries(shown)).toEqual(limitParameters(SERVICE_LIMITS));
});

it('it names every script that runs the service with real parts', () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
  const names = Object.keys(scripts).filter((name) => name.startsWith('cluster:'));
  expect(names.length).toBeGreaterThan(3);
  expect(names.filter((name) => !read(page).includes(`\`npm run ${name}\``))).toEqual([]);
});

it('backups are of the database and the secret', () => {
  expect(blocksOf(page).some(({ code }) => code.startsWith('pg_dump'))).toBe(true);
});
