import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the address of the API in docs/clients.md is where its command starts the API', () => {
  const guide = read('docs/clients.md');
  const [, port] = /EXAMPLE_PORT = '(\d+)'/.exec(read('scripts/example.js')) ?? [];
  expect(guide).toContain(`npm run example -- node-api     # the API: http://localhost:${port}/orders`);
  expect([...guide.matchAll(/http:\/\/localhost:(\d+)\/orders/g)].map(([, at]) => at)).toEqual([port, port]);
});

test('what npm start in a folder needs is said, and true', () => {
  const page = read('examples/README.md');
  for (const needed of ['`npm run build`', '`npm ci`', '`SESSION_COOKIES=on`', '`CORS_ORIGINS`'])
    expect(page).toContain(needed);
  const ports = ['web', 'react-apollo', 'nextjs', 'node-api'].map(
    (name) => /process\.env\.PORT \?\? (\d+)/.exec(read(`examples/${name}/server.js`))?.[1],
  );
  expect(ports).toEqual(['3000', '3000', '3000', '3001']);
  expect(page).toContain('3000,\n  or 3001 for `node-api`');
});
