import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { generatedFiles } from '../../scripts/generate.js';
import { type ConfigReading, readConfig } from '../../src/config/config.js';

/** The committed files are those that the source generates. If one of these fails, run npm run generate. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const committed = (path: string) => readFileSync(join(root, path), 'utf8');
let generated: ReadonlyMap<string, string>;

beforeAll(async () => {
  generated = await generatedFiles();
});

it.each([
  'schema.graphql',
  'subgraph.graphql',
  '.env.example',
  'docs/settings.md',
  'docs/limits.md',
  'docs/metrics.md',
  'docs/texts-by-language.md',
  'client/src/schema-types.ts',
  'client/src/schema-cache.ts',
  'client/persisted-documents.json',
])('%s is as npm run generate writes it', (path) => {
  expect(committed(path)).toBe(generated.get(path));
});

it.each(['tests/typed-client/generated/', 'assets/persisted-documents/'])(
  'the files of %s are as npm run generate writes them',
  (folder) => {
    const files = readdirSync(join(root, folder)).map((name) => folder + name);
    const written = new Map([...generated].filter(([path]) => path.startsWith(folder)));
    expect(new Map(files.map((path) => [path, committed(path)]))).toEqual(written);
  },
);

it('.env.example, copied to .env, changes nothing', () => {
  const [copied, none] = [parseEnv(committed('.env.example')), {}].map((env) => withoutFunctions(readConfig(env)));
  expect(copied).toEqual(none);
  expect(copied).toMatchObject({ kind: 'config' });
});

/** A function is equal only to itself. */
function withoutFunctions(reading: ConfigReading): object {
  if (reading.kind === 'problems') return reading;
  const { delivery } = reading.config;
  return { ...reading, config: { ...reading.config, delivery: { ...delivery, configure: null } } };
}

it('package-lock.json names no registry, so that users install from their own', () => {
  const lock = JSON.parse(committed('package-lock.json')) as {
    packages: Record<string, { resolved?: string; link?: true }>;
  };
  // A link leads to a folder of this repository.
  const named = Object.entries(lock.packages).filter(([, { resolved, link }]) => resolved !== undefined && !link);
  expect(named).toEqual([]);
});
