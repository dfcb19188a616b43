import { execFile, spawnSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openTestDatabase } from '../support/postgres/test-database.js';
import { ProcessPlace } from '../support/process/process-place.js';
import type { ServiceProcess } from '../support/process/process-service.js';
import { blocksOf, type ShellBlock, shellBlocksOf } from '../support/shell-blocks.js';

/** A reader pastes the commands of a document into a terminal, one after the other, beside a fresh service. */

const run = promisify(execFile);
const NODE_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const BETWEEN = '--- next block ---';
const hasTools = ['curl', 'sed'].every((tool) => spawnSync(tool, ['--version']).error === undefined);

let place: ProcessPlace;
let service: ServiceProcess;

beforeEach(async () => {
  const database = await openTestDatabase();
  onTestFinished(() => database.close());
  place = await ProcessPlace.make();
  onTestFinished(() => place.end());
  service = await place.startReady({ env: { DATABASE_URL: database.url } });
});

/** The blocks that call the API, and no others: those with npm would install and start things here. */
const callsOf = (document: string) => shellBlocksOf(document).filter(({ code }) => !/\bnp[mx] /.test(code));

const here = (code: string) => code.replaceAll('localhost:4000', `localhost:${new URL(service.url).port}`);

/** What each block prints, and the access token that the terminal has at the end. */
async function paste(blocks: readonly ShellBlock[]): Promise<{ printed: string[]; token: string }> {
  const script = [...blocks.map(({ code }) => here(code)), 'printf %s "$TOKEN"\n'].join(`\necho; echo '${BETWEEN}'\n`);
  const { stdout } = await run('sh', ['-c', script], { cwd: place.folder, env: { PATH: process.env['PATH'] ?? '' } });
  const printed = stdout.split(BETWEEN).map((part) => part.trim());
  return { printed, token: printed.pop() ?? '' };
}

const TIME = /"\d{4}-\d\d-\d\dT[\d:.]+Z"/g;

/** One answer a line, however they follow each other, with every time alike. */
function answersIn(text: string): string[] {
  return text.replaceAll('}{', '}\n{').replaceAll(TIME, '"time"').trim().split(/\n+/);
}

/** Pastes all calls of a document, compares what they answer with what it shows, and returns the access token. */
async function follow(document: string): Promise<string> {
  const blocks = callsOf(document);
  const { printed, token } = await paste(blocks);
  const shown = blocks.flatMap((block, index) => (block.printed === null ? [] : [{ ...block, index }]));

  expect(shown.length).toBeGreaterThan(1);
  for (const { printed: json, index } of shown) expect(answersIn(printed[index] ?? '')).toEqual(answersIn(json ?? ''));
  expect(printed.join('\n')).not.toContain('"errors"');
  return token;
}

test.skipIf(!hasTools)(
  'docs/client-calls.md: a user registers, types a code wrongly and verifies the number',
  async () => {
    await follow('docs/client-calls.md');
  },
);

test.skipIf(!hasTools)('README.md: three calls sign a user in, and a back end accepts the access token', async () => {
  const token = await follow('README.md');
  const shown = blocksOf('README.md').find(({ code }) => code.startsWith('SMS to '))?.code ?? '';
  const backEnd = blocksOf('README.md').find(({ language }) => language === 'js')?.code ?? '';
  const folder = join(place.folder, 'back-end');
  await mkdir(folder);
  await symlink(NODE_MODULES, join(folder, 'node_modules'));
  await writeFile(join(folder, 'api.mjs'), `const token = ${JSON.stringify(token)};\n${here(backEnd)}`);

  const { stdout } = await run(process.execPath, [join(folder, 'api.mjs')]);
  await service.printedCode('+255679190720');

  expect(stdout).toMatch(/^[\da-f-]{36} true\n$/);
  expect(service.stdout.replaceAll(/\b\d{6}\b/g, 'code')).toContain(shown.replaceAll(/\b\d{6}\b/g, 'code'));
});
