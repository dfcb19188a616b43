import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readEnvFile } from '../../src/config/env-file.js';

/** What operators write into .env, in the ways in which their editors save it. */

const NOBODY = 65_534;
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phone-accounts-env-'));
  path = join(folder, '.env');
});

afterEach(() => rm(folder, { recursive: true }));

async function read(content: string | Buffer) {
  await writeFile(path, content);
  return readEnvFile(path);
}

async function valuesOf(content: string | Buffer) {
  const reading = await read(content);
  return reading.kind === 'entries' ? reading.values : reading.problems;
}

async function problemsOf(content: string | Buffer) {
  const reading = await read(content);
  const problems = reading.kind === 'problems' ? reading.problems : [];
  return problems.map((problem) => problem.replace(`The file ${path}: `, ''));
}

describe('an editor that puts a byte order mark before the first line does not turn production off', () => {
  const text = '\uFEFFNODE_ENV=production\r\nSERVICE_NAME=Café\r\n';
  const meant = { NODE_ENV: 'production', SERVICE_NAME: 'Café' };

  test('UTF-8', async () => {
    expect(await valuesOf(text)).toEqual(meant);
  });

  test('UTF-16 as Notepad and PowerShell write it, and its other byte order', async () => {
    const little = Buffer.from(text, 'utf16le');
    expect(await valuesOf(little)).toEqual(meant);
    expect(await valuesOf(Buffer.from(little).swap16())).toEqual(meant);
  });

  test('in the middle, where two files were put together', async () => {
    expect(await valuesOf('PORT=4000\n\uFEFFNODE_ENV=production\n')).toEqual({ PORT: '4000', NODE_ENV: 'production' });
  });
});

test('text that is neither UTF-8 nor marked is refused', async () => {
  for (const bytes of [Buffer.from('NODE_ENV=production\n', 'utf16le'), Buffer.from('SERVICE_NAME=Café', 'latin1')]) {
    expect(await problemsOf(bytes)).toEqual([`The file ${path} is not UTF-8 text. Save it as UTF-8.`]);
  }
});

describe('a file that is there and cannot be read', () => {
  test.skipIf(process.platform === 'win32')('because the user of the service may not', async () => {
    await writeFile(path, 'NODE_ENV=production\n');
    await chmod(path, 0o600);
    await chmod(folder, 0o755);
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid?.(NOBODY);
    else await chmod(path, 0);
    const reading = readEnvFile(path);
    if (root) process.seteuid?.(0);

    const problem = `The file ${path} cannot be read (EACCES). Give the user of the service (${root ? NOBODY : process.geteuid?.()}) the right to read it.`;
    expect(reading).toEqual({ kind: 'problems', problems: [problem] });
  });

  test('because it is a folder, or a link to nothing', async () => {
    await mkdir(path);
    expect(readEnvFile(path)).toMatchObject({ problems: [expect.stringMatching(/\(EISDIR\)\. It is a folder\.$/)] });
    await rm(path, { recursive: true });
    await symlink('/no/such/file', path);
    expect(readEnvFile(path)).toMatchObject({ problems: [expect.stringMatching(/a link to a file that does not/)] });
  });
});

test('a file that is not there sets nothing', () => {
  expect(readEnvFile(path)).toMatchObject({ kind: 'entries', values: {} });
});

test('each line that became no setting is named, without what it says', async () => {
  const lines = ['NODE_ENV production', '# a comment', '', 'PORT: 4000', 'set HOST=0.0.0.0', '=secret', 'OTP_TTL=600'];
  const problems = await problemsOf(lines.join('\n'));

  expect(problems).toEqual([1, 4, 5, 6].map((line) => `line ${line} is no setting. Write NAME=value.`));
});

test('a # that cuts a value is told, and a comment behind a space is none of these', async () => {
  const cut = ['SERVICE_NAME=C# Shop', 'APP_SECRET=#secret', 'A=b#c d # comment'];
  for (const line of cut) {
    const name = line.split('=')[0];
    const [problem, ...more] = await problemsOf(`PORT=4000\n${line}\n`);
    expect(more).toEqual([]);
    expect(problem).toContain(`line 2 has a # in ${name}, which cuts the value off. Quote it: ${name}="…".`);
    expect(problem).not.toMatch(/secret|Shop/);
  }
  expect(await valuesOf('A=C # Shop\nB= # none\nC="C# Shop" # quoted\nD=\'#\'\nE=`a#b`\n#F=1\n')).toEqual({
    A: 'C',
    B: '',
    C: 'C# Shop',
    D: '#',
    E: 'a#b',
  });
});

test('a quote that is not closed, or has text behind it, is told', async () => {
  for (const [content, line] of [
    ['PORT=1\nA="never closed\nB=2', 2],
    ['A="one" two', 1],
    ['A="one"two#', 1],
    ['A="opened\nB="again"', 1],
  ] as const) {
    expect(await problemsOf(content)).toEqual([
      `line ${line} has a quote in A that is not closed, or text behind it. Put the whole value between two quotes.`,
    ]);
  }
});

test('values are what Node makes of them: quotes, line ends, export, spaces, an apostrophe', async () => {
  const content = `export A=1\n  B = two words \nC="x\\ny"\nD='x\n#y'\nE=it's\nF=\nG=a=b\rH="quoted"\n`;
  const expected = { A: '1', B: 'two words', C: 'x\ny', D: 'x\n#y', E: "it's", F: '', G: 'a=b', H: 'quoted' };
  expect(await valuesOf(content)).toEqual(expected);
});

test('a name that is set twice is told with the line that counts', async () => {
  expect(await read('PORT=1\nHOST=::\nPORT=2\n')).toMatchObject({
    values: { PORT: '2' },
    warnings: [`The file ${path}: PORT is set in line 1 and in line 3, which counts.`],
  });
});
