import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printSchema } from 'graphql';
import { settings } from '../src/config/settings.js';
import { schema } from '../src/schema.js';
import { generateClient } from '../tests/typed-client/codegen.js';
import { limitsDocument } from './limits-document.js';
import { textsDocument } from './texts-document.js';

const BEGIN = '<!-- settings: written by npm run generate -->';
const END = '<!-- end of settings -->';

/**
 * Everything that is made from the source: content by path from the project's root. Writes nothing, so that a test can
 * compare it with what is committed.
 * @param readme the README as it is, whose settings table is to be replaced.
 */
export async function generatedFiles(readme: string): Promise<Map<string, string>> {
  const sdl = `${printSchema(schema)}\n`;
  return new Map([
    ['schema.graphql', sdl],
    ['.env.example', envExample()],
    ['README.md', withSettings(readme)],
    ['docs/limits.md', limitsDocument()],
    ['docs/texts-by-language.md', textsDocument()],
    ...(await generateClient(sdl)),
  ]);
}

function envExample(): string {
  const head = [
    '# Every setting, with its default. Copy this file to .env and fill in what you need; empty means the default.',
    '# Durations are in seconds.',
  ];
  const entries = Object.entries(settings).map(
    ([name, { about, shown }]) => `\n# ${about}\n# Default: ${shown}\n${name}=`,
  );
  return `${[...head, ...entries].join('\n')}\n`;
}

function withSettings(readme: string): string {
  const [before, after] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`README.md must hold ${BEGIN} and, after it, ${END}.`);
  return `${readme.slice(0, before + BEGIN.length)}\n${settingsTable()}\n${readme.slice(after)}`;
}

function settingsTable(): string {
  const rows = Object.entries(settings).map(
    ([name, { about, shown }]) => `| \`${name}\` | ${cell(shown)} | ${cell(about)} |`,
  );
  return ['| setting | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

async function write(): Promise<void> {
  const root = new URL('../', import.meta.url);
  const files = await generatedFiles(await readFile(new URL('README.md', root), 'utf8'));
  for (const [path, content] of files) {
    const file = fileURLToPath(new URL(path, root));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await write();
