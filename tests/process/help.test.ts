import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCommand } from '../support/process/operator-command.js';

/** `--help` of every command prints its usage and nothing else, also where no setting is right. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const env = { DATABASE_URL: 'nothing', PORT: 'none' };
const commands = readdirSync(join(root, 'src/commands'))
  .filter((name) => name.endsWith('.ts') && name !== 'run-command.ts')
  .filter((name) => /runCommand\(|printsHelp\(/.test(readFileSync(join(root, 'src/commands', name), 'utf8')))
  .map((name) => name.replace(/\.ts$/, ''));

function help(name: string, ...args: string[]): string {
  return execFileSync(process.execPath, [join(root, `scripts/${name}.js`), ...args], {
    cwd: tmpdir(),
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString();
}

test('there is a script for each command', () => {
  expect(commands).toHaveLength(14);
});

test.each([...commands, 'start'])('%s --help', (name) => {
  const usage = help(name, '--help');
  expect(usage).toMatch(new RegExp(`^Usage.*\\bnpm (run )?${name.replace('-', '[:-]')}\\b`, 's'));
  expect(usage.split('\n').length).toBeLessThan(16);
});

test('--help counts wherever it stands, and in the program of the package, too', () => {
  const usage = help('users', '--help');
  expect(help('users', 'show', '-h')).toBe(usage);
  expect(help('phone-accounts', 'users', 'lock', '--help')).toBe(usage);
});

test('a command that takes nothing says so', async () => {
  const { code, stderr } = await runCommand({ name: 'pumping-list', args: ['NP'], env: {} });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^phone-accounts: this command takes no arguments and no options\.\nUsage: /);
});
