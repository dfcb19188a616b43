import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildSchema, isObjectType } from 'graphql';
import { textOf } from '../support/documented-example.js';

/** What a front end cannot find out by trying on one machine. */

const flowing = (page: string) => textOf(page).replace(/\s+/g, ' ');

test('pages of two origins are told that they share the cookie, but neither locks nor messages', () => {
  expect(flowing('cookie-mode.md')).toContain('**One origin signs people in.**');
  expect(flowing('clients.md')).toContain('Pages of two origins share the cookie, but no locks and no messages.');
  expect(flowing('decisions/0052-client.md')).not.toContain('for all tabs of a site');
});

test('a page that is closed while it refreshes may lose the session, says the guide', () => {
  expect(flowing('cookie-mode.md')).toMatch(/closed during its refresh .* works for 30 seconds \(`REFRESH_GRACE`\)/);
});

test('a client on a server is said to be one user, and a sign-out without a network to be none', () => {
  expect(flowing('clients.md')).toContain(
    'Make one client for each request, or one for a machine account of your own.',
  );
  expect(flowing('clients.md')).toContain('without a network `logout()` is thrown as `NETWORK`');
});

test('types that the guide calls objects without id have none', () => {
  const [, named = ''] = /\*\*Objects without `id`\*\* \((.*?)\)/.exec(flowing('client-tools.md')) ?? [];
  const names = [...named.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
  const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
  const types = names.map((name) => schema.getType(name));
  expect(types.length).toBeGreaterThan(0);
  expect(types.map((type) => isObjectType(type) && !type.getFields()['id'])).toEqual(names.map(() => true));
});

test('apps look for a code of the length that the operator set, and send no token that is null', () => {
  expect(textOf('mobile.md')).not.toMatch(/\[0-9\]\{\d+\}/);
  expect(textOf('mobile.md')).not.toMatch(/'Bearer \$\{await/);
});
