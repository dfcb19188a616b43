import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { settings } from '../../src/config/settings.js';
import { shippedDescriptions } from '../../src/providers/described/shipped.js';
import { codeProviders } from '../../src/providers/provider-list.js';

/** A provider is one folder and one line in the list, or one file. To add or remove one, a developer touches little else. */

const root = fileURLToPath(new URL('../../src/', import.meta.url));
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'));

/**
 * The folder of a gateway is named by what it is; its name in settings and rows is older. Both services of Twilio have one account
 * and one folder.
 */
const folders: Readonly<Record<string, string>> = { webhook: 'gateway', 'twilio-verify': 'twilio' };
const folderOf = (name: string) => `providers/${folders[name] ?? name}/`;

describe.each(codeProviders)('the provider $name', ({ name, channels, settings: own }) => {
  const folder = folders[name] ?? name;
  /** Its name as a value or in a list, its folder in an import, and its settings. */
  const patterns = [
    `['"\`=,]${name}['"\`,\\s]`,
    `(\\.|providers)/${folder}/`,
    ...Object.keys(own).map((each) => `\\b${each}\\b`),
  ];
  const named = new RegExp(patterns.join('|'));

  test('has a folder with its definition', () => {
    expect(sources).toContain(`${folderOf(name)}${folder}.provider.ts`);
  });

  test('is named by three files at most outside its folder', () => {
    const outside = sources.filter((path) => !path.startsWith(folderOf(name)));
    const naming = outside.filter((path) => named.test(readFileSync(join(root, path), 'utf8')));
    expect(naming).toContain('providers/provider-list.ts');
    expect(naming.length, naming.join(', ')).toBeLessThanOrEqual(3);
  });

  test('brings its settings to the documents, and sends by some channel', () => {
    expect(Object.keys(settings)).toEqual(expect.arrayContaining(Object.keys(own)));
    expect(channels.length).toBeGreaterThan(0);
  });
});

test('a provider that a file describes is named by no source file', () => {
  const described = shippedDescriptions().flatMap(({ name, settings: own }) => [name, ...Object.keys(own)]);
  const named = new RegExp(`\\b(${described.join('|')})\\b`, 'i');
  const naming = sources.filter((path) => named.test(readFileSync(join(root, path), 'utf8')));
  expect(described.length).toBeGreaterThan(0);
  expect(naming).toEqual([]);
  expect(Object.keys(settings)).toEqual(expect.arrayContaining(described.filter((name) => /^[A-Z]/.test(name))));
});

test('no vendor is named outside its folder in another way either', () => {
  const vendors = /twilio|nodemailer/i;
  const outside = sources.filter((path) => !/^providers\/(twilio|smtp)\//.test(path));
  const naming = outside.filter((path) => vendors.test(readFileSync(join(root, path), 'utf8')));
  expect(naming.length, naming.join(', ')).toBeLessThanOrEqual(3);
});
