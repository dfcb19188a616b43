import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildClientWhenNeeded } from '../support/examples/built-client.js';

/** The file that `npm pack -w client` makes, in the front end of somebody who has installed it. */

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
// Below node_modules, so that the package finds its peers.
const folder = `${root}node_modules/.cache/phone-accounts/tarball-${process.pid}/`;
const installed = `${folder}node_modules/@phone-accounts/client`;
const ENTRIES = ['', '/react', '/apollo', '/urql', '/messages', '/passkeys'];
const CODE = `import { createAccounts, memoryStorage } from '@phone-accounts/client';
import { accountsLink } from '@phone-accounts/client/apollo';
import { loadTexts } from '@phone-accounts/client/messages';
import { createPasskeys } from '@phone-accounts/client/passkeys';
import { useSession } from '@phone-accounts/client/react';
import { accountsExchange } from '@phone-accounts/client/urql';

export const accounts = createAccounts({ url: 'http://localhost:4000/graphql', storage: memoryStorage() });
export const passkeys = createPasskeys(accounts);
export const parts = [accountsLink(accounts), accountsExchange(accounts), loadTexts('de'), useSession];
// @ts-expect-error: what has no types would be \`any\`, and this no error
createAccounts({ url: 4000 });
`;

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let packed: Packed;
beforeAll(async () => {
  await buildClientWhenNeeded();
  await mkdir(installed, { recursive: true });
  // Without its script, which would replace the build under the tests that run beside.
  const pack = ['pack', '--json', '--offline', '--ignore-scripts', '-w', 'client', '--pack-destination', folder];
  const { stdout } = await run('npm', pack, { cwd: root });
  [packed] = Object.values(JSON.parse(stdout)) as [Packed];
  await run('tar', ['-xzf', folder + packed.filename, '-C', installed, '--strip-components=1']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a strict compiler says about the package, and about a file that imports all entries. */
async function compile(settings: Readonly<Record<string, unknown>>): Promise<string[]> {
  await writeFile(`${folder}app.ts`, CODE);
  await writeFile(`${folder}package.json`, '{ "type": "module" }');
  const compilerOptions = { target: 'ES2022', lib: ['ES2022', 'DOM'], types: [], strict: true, noEmit: true };
  const config = { compilerOptions: { ...compilerOptions, ...settings }, files: ['app.ts'] };
  await writeFile(`${folder}tsconfig.json`, JSON.stringify(config));
  const compiler = `${root}node_modules/typescript/bin/tsc`;
  const compiling = run(process.execPath, [compiler, '--singleThreaded', '-p', folder, '--pretty', 'false']);
  const { stdout } = await compiling.catch((error: { stdout: string }) => error);
  return stdout.split('\n').filter((line) => /^app\.ts|^error|@phone-accounts/.test(line));
}

test('the file has the build, the license and nothing of the workshop', async () => {
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts']));
  expect(paths.filter((path) => /^src|tsconfig|\.built$/.test(path))).toEqual([]);
  expect(await readFile(`${installed}/LICENSE`, 'utf8')).toBe(await readFile(`${root}LICENSE`, 'utf8'));
});

test('Node imports each entry, a language, the documents and the manifest', async () => {
  const script = `
    for (const entry of ${JSON.stringify(ENTRIES)}) console.log(Object.keys(await import('@phone-accounts/client' + entry)).length > 0);
    const { createRequire } = await import('node:module');
    const require = createRequire(import.meta.url);
    console.log(Object.keys(await import('@phone-accounts/client/messages/de')).length > 0);
    for (const file of ['package', 'persisted-documents']) console.log(typeof require('@phone-accounts/client/' + file + '.json'));`;
  await writeFile(`${folder}imports.mjs`, script);
  const { stdout } = await run(process.execPath, [`${folder}imports.mjs`]);
  expect(stdout).toBe(`${'true\n'.repeat(ENTRIES.length + 1)}object\nobject\n`);
});

test.each([
  ['nodenext', { module: 'nodenext', moduleResolution: 'nodenext' }],
  ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
  ['without exports', { module: 'esnext', moduleResolution: 'bundler', resolvePackageJsonExports: false }],
])('TypeScript finds the types of each entry: %s', async (_name, settings) => {
  expect(await compile(settings)).toEqual([]);
});

test('a bundler that does not know exports finds each entry, as Metro before React Native 0.79', async () => {
  const older = `${folder}older/node_modules/@phone-accounts/client`;
  await cp(installed, older, { recursive: true });
  const { exports: _unknown, ...manifest } = JSON.parse(await readFile(`${older}/package.json`, 'utf8'));
  await writeFile(`${older}/package.json`, JSON.stringify(manifest));
  const { resolve } = createRequire(`${folder}older/app.js`);
  for (const entry of ENTRIES) {
    const file = resolve(`@phone-accounts/client${entry}`);
    expect(file).toBe(`${older}/dist${entry || '/index'}.js`);
    expect(Object.keys(await import(/* @vite-ignore */ pathToFileURL(file).href))).not.toEqual([]);
  }
});
