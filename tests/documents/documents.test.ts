import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema, type GraphQLInterfaceType, getNamedType, isUnionType, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { settings } from '../../src/config/settings.js';

/** Links lead somewhere, named files exist, and what the documents show is what the source says. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const below = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));

const documents = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...below('docs').filter((path) => path.endsWith('.md')),
];
const sources = below('src').filter((path) => path.endsWith('.ts'));
const architecture = read('docs/architecture.md');
const rules = read('docs/rules.md');
const namesIn = (cell: string) => [...cell.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name);
const { ROOMS }: { ROOMS: Record<string, string[]> } = await import(join(root, 'scripts/import-rules.js'));

it.each(documents)('every link in %s leads to a file or heading that is there', (document) => {
  const text = read(document).replaceAll(/^```.*?^```$/gms, '');
  const links = [...text.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link = '']) => link);
  const dead = links.filter((link) => !leads(document, link));
  expect(dead).toEqual([]);
});

it.each(documents)('every file that %s names is there', (document) => {
  const named = [...read(document).matchAll(/`((?:src|tests|docs|scripts|drizzle|assets)\/[\w./-]+)`/g)];
  expect(named.map(([, path = '']) => path).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

it('every file that an operator is sent to by a file for operators is there', () => {
  const files = ['ops', '.github'].flatMap(below).filter((path) => /\.(md|ya?ml|cfg|ini|sh|service)$/.test(path));
  const texts = [...files, 'compose.yaml', 'Dockerfile', '.ci/run'].map(read);
  const named = texts.flatMap((text) => [...text.matchAll(/\b(?:src|tests|docs|scripts)\/[\w/-]+\.[\w.]*\w/g)]);
  expect(named.length).toBeGreaterThan(20);
  expect(named.map(([path]) => path).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

it('every decision that the source refers to is there', () => {
  const decisions = readdirSync(join(root, 'docs/decisions'));
  const referred = sources.flatMap((path) => [...read(path).matchAll(/docs\/decisions\/(\d{4})/g)].map(([, n]) => n));
  expect(referred.length).toBeGreaterThan(0);
  expect(referred.filter((number) => !decisions.some((name) => name.startsWith(`${number}-`)))).toEqual([]);
});

it('docs/architecture.md names every room, docs/data.md every table, and docs/rules.md the file of every rule', () => {
  const entries = readdirSync(join(root, 'src'), { withFileTypes: true });
  const rooms = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `| \`${name}/\` |`);
  const tables = sources.flatMap((path) =>
    [...read(path).matchAll(/pgTable\(\s*'(\w+)'/g)].map(([, name]) => `| \`${name}\` |`),
  );
  const places = [...`${architecture}${rules}`.matchAll(/`([\w/.-]+\/[\w.-]+\.ts)`/g)].map(([, path = '']) => path);
  const isThere = (path: string) => existsSync(join(root, 'src', path)) || existsSync(join(root, path));
  expect(rooms.filter((row) => !architecture.includes(row))).toEqual([]);
  expect(tables.filter((row) => !read('docs/data.md').includes(row))).toEqual([]);
  expect(rules.match(/^\| .* \|$/gm)?.length).toBeGreaterThan(45);
  expect(places.filter((path) => !isThere(path))).toEqual([]);
});

it('docs/architecture.md shows the arrows that are held', () => {
  const section = /^Between rooms:\n(.*?)^Resolvers/ms.exec(architecture)?.[1] ?? '';
  const shown = [...section.matchAll(/^\| (`.*?) \| (.*) \|$/gm)].flatMap(([, rooms = '', others = '']) =>
    namesIn(rooms).map((room): [string, string[]] => [room, namesIn(others)]),
  );
  expect(Object.fromEntries(shown)).toEqual(ROOMS);
});

const schema = buildSchema(read('schema.graphql'));

/** Operations in blocks of their own, and in the code of a typed client. */
const examples = documents.flatMap((document) =>
  [...read(document).matchAll(/^```graphql\n(.*?)^```$|\bgraphql\(`(.*?)`\)/gms)].map(
    ([, block, literal = '']): [string, string] => [document, block ?? literal],
  ),
);

it.each(examples)('%s shows what can be asked: %s', (_document, example) => {
  expect(validate(schema, parse(example))).toEqual([]);
});

it('the typed client of docs/client-tools.md has a case for every outcome of verifyOtp', () => {
  const outcomes = schema.getType('VerifyOtpResult');
  const cases = [...read('docs/client-tools.md').matchAll(/^ +case '(\w+)':/gm)].map(([, name]) => name);
  if (!isUnionType(outcomes)) throw new Error('VerifyOtpResult is no union.');
  expect(cases.sort()).toEqual(
    outcomes
      .getTypes()
      .map(({ name }) => name)
      .sort(),
  );
});

it('docs/errors.md names every failure, and the mutations that answer with it', () => {
  const mutations = Object.entries(schema.getMutationType()?.getFields() ?? {});
  const failures = schema.getPossibleTypes(schema.getType('UserError') as GraphQLInterfaceType).map(({ name }) => {
    const from = mutations.filter(([, { type }]) => {
      const named = getNamedType(type);
      return isUnionType(named) && named.getTypes().some((member) => member.name === name);
    });
    return [name, from.map(([mutation]) => mutation).sort()];
  });
  const rows = [...read('docs/errors.md').matchAll(/^\| `(\w+Error)` \| ([^|]*) \|/gm)];
  const shown = rows.map(([, name = '', from = '']) => [name, namesIn(from).sort()]);
  expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(failures));
});

it('docs/production.md names every address that providers report to', () => {
  const paths = sources.flatMap((path) => [...read(path).matchAll(/'(\/webhooks\/\w+)'/g)].map(([, found]) => found));
  expect(paths.length).toBeGreaterThan(1);
  expect(paths.filter((path) => !read('docs/production.md').includes(`\`POST ${path}\``))).toEqual([]);
});

it('settings refer to pages that exist, and not to a part of the README', () => {
  const texts = Object.entries(settings).map(([name, { about }]) => ({ name, about }));
  const pages = texts.flatMap(({ name, about }) =>
    [...about.matchAll(/docs\/[\w-]+\.md/g)].map(([page]) => [name, page]),
  );
  expect(pages.length).toBeGreaterThan(5);
  expect(pages.filter(([, page = '']) => !existsSync(join(root, page)))).toEqual([]);
  expect(texts.filter(({ about }) => about.includes('README'))).toEqual([]);
});

it('the README stays short enough to be read', () => {
  expect(Buffer.byteLength(read('README.md'))).toBeLessThanOrEqual(12 * 1024);
});

/** In all documents together. Both words make sentences hard to read. */
it.each(['whoever', 'nobody'])('the documents hardly say "%s"', (word) => {
  const found = documents.flatMap((path) => [...read(path).matchAll(new RegExp(word, 'gi'))].map(() => path));
  expect(found.length, found.join('\n')).toBeLessThanOrEqual(5);
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
