import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type TestContext, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { ProcessPlace } from '../support/process/process-place.js';
import type { ServiceProcess } from '../support/process/process-service.js';

/** Somebody starts a long command, sees what it does, and stops it half-way. */

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const TSX = [process.execPath, '--import', import.meta.resolve('tsx')] as const;

/** Milliseconds for one step on a busy machine: loading TypeScript and making a database. */
const PATIENCE = 60_000;

/** A folder for temporary files, and commands that use it. */
async function somewhere({ onTestFinished }: TestContext) {
  const place = await ProcessPlace.make();
  onTestFinished(() => place.end());
  const { PATH = '' } = process.env;
  const env = { PATH, TMPDIR: place.folder, TSX_TSCONFIG_PATH: root('tsconfig.json') };
  await shareCompiled(place.folder);
  return {
    run: (script: string, ...args: string[]) => place.start({ env, command: [...TSX, root(script), ...args] }),
    runInNpm: (...command: [string, ...string[]]) =>
      place.start({ env: { ...env, npm_lifecycle_event: 'a script' }, command }),
    leftOver: () => leftOver(place.folder),
  };
}

/** Each command would compile all of src again, which tsx keeps in its folder for temporary files. */
async function shareCompiled(folder: string): Promise<void> {
  const name = `tsx-${process.geteuid?.() ?? ''}`;
  const kept = join(tmpdir(), name);
  await mkdir(kept, { recursive: true });
  await symlink(kept, join(folder, name));
}

async function says(command: ServiceProcess, step: RegExp): Promise<void> {
  const said = async () => step.test(command.stderr) || undefined;
  await eventually(said).catch(() => {
    throw new Error(`It does not say ${step}: ${command.stdout}${command.stderr}`);
  });
}

/** The folders that commands made for themselves, and the programs that run with files in them, such as PostgreSQL. */
async function leftOver(folder: string): Promise<string[]> {
  const folders = (await readdir(folder)).filter((name) => name.startsWith('phone-accounts-'));
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return [...folders, ...lines.filter((line) => line.includes(`${folder}/`))];
}

interface Case {
  readonly name: string;
  readonly args: readonly [string, ...string[]];
  readonly step: RegExp;
}

const COMMANDS: readonly Case[] = [
  { name: 'attack, as its service starts', args: ['attack/main.ts'], step: /^… Starting a service/m },
  { name: 'attack, at work', args: ['attack/main.ts', '--only', 'codes'], step: /^… a hundred at once/m },
  { name: 'fuzz, at work', args: ['tests/fuzz/main.ts', '--inputs=99999'], step: /^… \d+ of 99999 inputs/m },
];

test.concurrent.for(COMMANDS)(
  'npm run $name, says what it does, and leaves nothing behind at a Ctrl-C',
  { timeout: 3 * PATIENCE },
  async ({ args: [script, ...args], step }, context) => {
    const { run, leftOver } = await somewhere(context);
    const command = await run(script, ...args);
    await says(command, step);
    await eventually(async () => (await leftOver()).length > 0 || undefined);

    // As a terminal does, to all processes of its group; and again, as the impatient do.
    command.pressCtrlC();
    command.pressCtrlC();
    const { code, stdout, stderr } = await command.ended;

    expect(code).toBe(130);
    expect(`${stdout}${stderr}`).not.toMatch(/error|^ +at /im);
    expect(await leftOver()).toEqual([]);
  },
);

test(
  'npm run simulate:pumping says which seed it plays, and ends when npm is told to stop',
  async (context) => {
    const { runInNpm } = await somewhere(context);
    const command = `"$0" --import ${TSX[2]} ${root('simulation/pumping.ts')} --volume 100 & wait`;
    const npm = await runInNpm('sh', '-c', command, process.execPath);
    await says(npm, /^… Seed 1$/m);

    // npm and its shell do not pass it on.
    npm.tell('SIGTERM');

    await eventually(async () => (npm.groupLives ? undefined : true));
  },
  3 * PATIENCE,
);
