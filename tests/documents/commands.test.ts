import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { settings } from '../../src/config/settings.js';
import { blocksOf, type ShellBlock, shellBlocksOf } from '../support/shell-blocks.js';

/**
 * Every shell block of every document runs in a test. Blocks that call the API run in walk-through.test.ts, those of runbooks in
 * tests/metrics/runbooks.test.ts.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name));
const own = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];
const documents = [...own, ...pages].filter((name) => name.endsWith('.md'));
const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));

/** The check of a whole checkout, or the test that runs a command. */
const RUN_BY: Readonly<Record<string, string>> = {
  test: '.ci/run',
  check: '.ci/run',
  start: 'tests/process/start.test.ts',
  build: 'tests/process/start.test.ts',
  runtime: 'tests/deployment/image.test.ts',
  attack: 'tests/abuse/attack.test.ts',
  example: 'tests/examples/command.test.ts',
  'delivery:try': 'tests/delivery/try.command.test.ts',
  migrate: 'tests/process/migrate.test.ts',
  'keys:rotate': 'tests/sessions/keys.command.test.ts',
  costs: 'tests/costs/command.test.ts',
  routes: 'tests/learned-routes/command.test.ts',
  'simulate:routes': 'tests/learned-routes/simulation.test.ts',
  events: 'tests/events/command.test.ts',
  'service-token': 'tests/events/command.test.ts',
  'pumping:list': 'tests/pumping/command.test.ts',
  'pumping:lift': 'tests/pumping/command.test.ts',
  messages: 'tests/admin/messages.command.test.ts',
  users: 'tests/admin/users.command.test.ts',
  'users:import': 'tests/import/import.test.ts',
  admin: 'tests/admin/admin.command.test.ts',
  'simulate:pumping': 'tests/pumping/simulation.test.ts',
  pack: 'tests/release/package.test.ts',
  sbom: 'tests/release/bill-of-materials.test.ts',
  release: 'tests/release/version.test.ts',
};
const OF_NPM = ['ci', 'prune'];

type Kind = 'runbook' | 'calls' | 'settings' | 'commands' | 'secret' | 'other';

function kindOf({ document, code }: ShellBlock): Kind {
  if (document.startsWith('docs/runbooks/')) return 'runbook';
  if (/graphql('|\(\)| '\{)/.test(code)) return 'calls';
  if (/^(export )?[A-Z0-9_]+=\S*( |$)/m.test(code) && !code.includes('npx ')) return 'settings';
  if (/^[^#]*\bnp[mx] /m.test(code)) return 'commands';
  return code.startsWith('echo "whsec_') ? 'secret' : 'other';
}

const blocks = documents.flatMap(shellBlocksOf).map((block) => ({ ...block, kind: kindOf(block) }));
const ofKind = (kind: Kind) => blocks.filter((block) => block.kind === kind);

/** The npm commands of a block, each without its comment. */
function commandsIn({ code }: ShellBlock): string[] {
  const commands = code.split('\n').flatMap((line) => line.replace(/\s+#.*$/, '').split(' && '));
  return commands.flatMap((command) => /\bnp[mx] .*$/.exec(command)?.[0] ?? []);
}

test('every block is of a kind that a test runs', () => {
  expect(ofKind('other')).toEqual([]);
  expect(new Set(blocks.map(({ document }) => document)).size).toBeGreaterThan(8);
});

test('the documents that call the API are those whose calls a test pastes', () => {
  expect([...new Set(ofKind('calls').map(({ document }) => document))].sort()).toEqual([
    'README.md',
    'docs/client-calls.md',
  ]);
});

describe('commands', () => {
  const commands = [...new Set(blocks.flatMap(commandsIn))];

  test.each(commands.filter((command) => command.startsWith('npm ')))('%s', (command) => {
    const [, script = ''] = /^npm (?:run )?(?:--silent )?([\w:-]+)/.exec(command) ?? [];
    const runBy = RUN_BY[script] ?? '';
    const isRun = OF_NPM.includes(script) || (script in scripts && runBy !== '' && existsSync(join(root, runBy)));
    expect({ script, isRun }).toEqual({ script, isRun: true });
  });

  test.each(commands.filter((command) => command.startsWith('npx ')))('%s', (command) => {
    const [, file = ''] = /^npx vitest run (\S+)$/.exec(command) ?? [];
    expect({ file, isThere: file !== '' && existsSync(join(root, file)) }).toEqual({ file, isThere: true });
  });
});

test('every npm script that a document names is there', () => {
  const named = documents.flatMap((path) =>
    [...read(path).matchAll(/`npm run ([\w:-]+)/g)].map(([, name = '']) => name),
  );
  expect(named.length).toBeGreaterThan(10);
  expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
});

/** Settings that an operator has already, where a block shows only a part. */
const others = {
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_PHONE_NUMBER: '+15005550006',
  WEBHOOK_URL: 'https://gateway.example.com/send',
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
  SMTP_URL: 'smtps://mail.example.com',
  EMAIL_FROM: 'accounts@example.com',
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phone-accounts-commands-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** What a shell makes of the settings of a block. Its npm commands are left out. */
function settingsIn({ code }: ShellBlock): Record<string, string> {
  const assignments = code.replaceAll(/^npm (ci|run) .*$/gm, '').replaceAll(/\bnpm start\b.*$/gm, '');
  const shell = { cwd: folder, env: { PATH: process.env['PATH'] } };
  const printed = execFileSync('sh', ['-c', `set -a\n${assignments}\nenv -0`], shell);
  const pairs = printed
    .toString()
    .split('\0')
    .map((pair): [string, string] => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')];
    });
  return Object.fromEntries(pairs.filter(([name]) => name in settings));
}

const namesIn = ({ code }: ShellBlock) =>
  [...code.replaceAll(/"[^"]*"/g, '').matchAll(/(?:^|\s)([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name).sort();

test.skipIf(process.platform === 'win32').each(ofKind('settings'))('settings in $document: $code', (block) => {
  const env = settingsIn(block);
  const complete = 'NODE_ENV' in env;
  expect(Object.keys(env).sort()).toEqual(namesIn(block));
  expect(readConfig(complete ? env : { ...others, ...env })).toMatchObject({ kind: 'config', warnings: [] });
});

const ofProduction = ofKind('settings').filter(({ code }) => code.includes('NODE_ENV=production'));

test.skipIf(process.platform === 'win32').each(ofProduction)('$document: pasted again, the secret stays', (block) => {
  const [first, second] = [settingsIn(block), settingsIn(block)];
  expect(first['APP_SECRET']).toMatch(/^[\w+/]{64}$/);
  expect(second['APP_SECRET']).toBe(first['APP_SECRET']);
  expect(statSync(join(folder, 'app-secret')).mode & 0o777).toBe(0o600);
});

test.skipIf(process.platform === 'win32').each(ofKind('secret'))('the secret of $document is taken', ({ code }) => {
  const secret = execFileSync('sh', ['-c', code]).toString().trim();
  expect(secret).not.toBe('');
  expect(readConfig({ ...others, WEBHOOK_SECRET: secret, SMS_PROVIDER: 'webhook' })).toMatchObject({ kind: 'config' });
});

test('docs/production.md shows what the service says about wrong settings', () => {
  const shown = blocksOf('docs/production.md').find(({ code }) => code.startsWith('phone-accounts cannot start'));
  const reading = readConfig({ ...others, NODE_ENV: 'production', SMS_PROVIDER: 'twilio', TRUST_PROXY: 'yes' });
  const problems = reading.kind === 'problems' ? reading.problems : [];
  expect(shown?.code.trim().split('\n').slice(1)).toEqual(problems.map((problem) => `  - ${problem}`));
});
