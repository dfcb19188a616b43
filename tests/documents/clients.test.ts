import { expect, test } from 'vitest';
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
