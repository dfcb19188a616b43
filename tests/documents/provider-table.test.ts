import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Description, Proof } from '../../src/providers/described/description.js';
import { proofSettings } from '../../src/providers/described/report-address.js';
import { readByMessage } from '../../src/providers/described/setting-values.js';
import { shippedDescriptions } from '../../src/providers/described/shipped.js';
import { providerList } from '../../src/providers/provider-list.js';
import { channels as allChannels } from '../../src/texts/channel.js';

/** docs/providers.md has every provider, and says of those that files describe what their descriptions say. */

const page = readFileSync(new URL('../../docs/providers.md', import.meta.url), 'utf8');

/** The rows of the table below a heading, by their first cell. */
function rowsBelow(heading: string): ReadonlyMap<string, readonly string[]> {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const table = section.split('\n## ')[0] ?? '';
  const rows = [...table.matchAll(/^\| `([\w-]+)` \|(.*)\|$/gm)];
  return new Map(rows.map(([, name = '', cells = '']) => [name, cells.split('|').map((cell) => cell.trim())]));
}

const wordsOf: Readonly<Record<Proof['kind'], string>> = {
  address: 'secret in the address',
  header: 'secret in a header',
  basic: 'password',
  hmac: 'signature',
  ed25519: 'signature (Ed25519)',
  jwt: 'signed token (JWT)',
  'standard-webhooks': 'Standard Webhooks',
};

function priceOf({ answer, reports }: Description): string {
  const places = [answer.price && 'the answer', reports?.price && 'the report'].filter((place) => place !== undefined);
  return places.length === 0 ? 'none' : `in ${places.join(' and ')}`;
}

test('docs/providers.md has a row for each provider that sends, with its channels', () => {
  const rows = rowsBelow('What each one can do');
  for (const { name, channels, developmentOnly } of providerList) {
    const all = channels.length === allChannels.length;
    const expected = all ? 'all' : channels.map((channel) => `\`${channel}\``).join(', ');
    if (!developmentOnly) expect(rows.get(name)?.[1], name).toBe(expected);
  }
});

test.each(shippedDescriptions())('docs/providers.md is right about $name', (description) => {
  const { name, channels, reports } = description;
  const [, byChannels, proof, price] = rowsBelow('What each one can do').get(name) ?? [];
  expect(byChannels).toBe(channels.map((channel) => `\`${channel}\``).join(', '));
  if (reports === undefined) expect(proof).toBe('none');
  for (const { kind } of reports?.proof ?? []) expect(proof).toContain(wordsOf[kind]);
  expect(price).toBe(priceOf(description));

  // Credentials for sending may prove reports, too. They are not named again.
  const secrets = proofSettings(reports?.proof ?? []).filter((setting) => !description.settings[setting]?.required);
  const [settings] = rowsBelow('Reports').get(name) ?? [];
  expect(settings).toBe(reports && secrets.map((setting) => `\`${setting}\``).join(', '));
});

test('the templates that docs/providers.md shows are settings of providers, and can be read', () => {
  const by = new Map(shippedDescriptions().flatMap(({ settings }) => Object.entries(settings)));
  const shown = [...page.matchAll(/^([A-Z0-9_]+_TEMPLATES)=(.+)$/gm)];
  expect(shown.length).toBe(2);
  for (const [, name = '', value = ''] of shown) {
    expect(by.get(name)?.by).toBe('purpose');
    expect(readByMessage(value, 'purpose')).toMatchObject({ kind: 'list' });
  }
});
