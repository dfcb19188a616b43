import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema, parse, validate } from 'graphql';
import { expect, it } from 'vitest';

/** The documents lead where they say, and name what is there. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const below = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));

const documents = ['README.md', 'CHANGELOG.md', ...below('docs').filter((path) => path.endsWith('.md'))];
const sources = below('src').filter((path) => path.endsWith('.ts'));
const architecture = read('docs/architecture.md');
const namesIn = (cell: string) => [...cell.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name);
const { ROOMS }: { ROOMS: Record<string, string[]> } = await import(join(root, 'scripts/import-rules.js'));

it.each(documents)('every link in %s leads to a file or heading that is there', (document) => {
  const links = [...read(document).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link = '']) => link);
  const dead = links.filter((link) => !leads(document, link));
  expect(dead).toEqual([]);
});

it.each(documents.filter((path) => path !== 'README.md'))('every file that %s names is there', (document) => {
  const named = [...read(document).matchAll(/`((?:src|tests|docs|scripts|drizzle|assets)\/[\w./-]+)`/g)];
  expect(named.map(([, path = '']) => path).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

it('every decision that the source refers to is there', () => {
  const decisions = readdirSync(join(root, 'docs/decisions'));
  const referred = sources.flatMap((path) => [...read(path).matchAll(/docs\/decisions\/(\d{4})/g)].map(([, n]) => n));
  expect(referred.length).toBeGreaterThan(0);
  expect(referred.filter((number) => !decisions.some((name) => name.startsWith(`${number}-`)))).toEqual([]);
});

it('docs/architecture.md names every room, every table and the file of every rule', () => {
  const entries = readdirSync(join(root, 'src'), { withFileTypes: true });
  const rooms = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `| \`${name}/\` |`);
  const tables = sources.flatMap((path) =>
    [...read(path).matchAll(/pgTable\(\s*'(\w+)'/g)].map(([, name]) => `| \`${name}\` |`),
  );
  const places = [...architecture.matchAll(/`([\w/.-]+\/[\w.-]+\.ts)`/g)].map(([, path = '']) => path);
  const isThere = (path: string) => existsSync(join(root, 'src', path)) || existsSync(join(root, path));
  expect([...rooms, ...tables].filter((row) => !architecture.includes(row))).toEqual([]);
  expect(places.filter((path) => !isThere(path))).toEqual([]);
});

it('docs/architecture.md shows the arrows that are held', () => {
  const section = /^Between rooms:\n(.*?)^Resolvers/ms.exec(architecture)?.[1] ?? '';
  const shown = [...section.matchAll(/^\| (`.*?) \| (.*) \|$/gm)].flatMap(([, rooms = '', others = '']) =>
    namesIn(rooms).map((room): [string, string[]] => [room, namesIn(others)]),
  );
  expect(Object.fromEntries(shown)).toEqual(ROOMS);
});

const examples = documents.flatMap((document) =>
  [...read(document).matchAll(/^```graphql\n(.*?)^```$/gms)].map(([, example = '']): [string, string] => [
    document,
    example,
  ]),
);

it.each(examples)('%s shows what can be asked: %s', (_document, example) => {
  expect(validate(buildSchema(read('schema.graphql')), parse(example))).toEqual([]);
});

it('the README names every address that providers report to', () => {
  const paths = sources.flatMap((path) => [...read(path).matchAll(/'(\/webhooks\/\w+)'/g)].map(([, found]) => found));
  expect(paths.length).toBeGreaterThan(1);
  expect(paths.filter((path) => !read('README.md').includes(`\`POST ${path}\``))).toEqual([]);
});

function leads(document: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? document : join(dirname(document), path);
  if (!existsSync(join(root, target))) return false;
  if (heading === undefined) return true;
  const anchors = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  return anchors.includes(heading);
}
