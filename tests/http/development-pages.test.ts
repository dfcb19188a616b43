import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';

/** What a developer finds at the address of a service that has just started. */

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));

let development: TestService;
beforeAll(async () => {
  development = await startService({ env: { NODE_ENV: 'development' } });
});
afterAll(() => development.close());

function get(path: string, service = development): Promise<Response> {
  return fetch(service.url + path, { headers: { accept: 'text/html' } });
}

test('GET / links to everything, and every link leads to a page', async () => {
  const page = await get('/');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toContain('text/html');
  const links = [...(await page.text()).matchAll(/href="([^":]+)"/g)].map(([, link]) => `/${link}`);
  expect(links).toEqual(expect.arrayContaining(['/graphiql', '/graphql', '/inbox', '/docs/clients.md']));
  // The inbox is there if codes go into it. This test has no inbox.
  for (const link of links.filter((each) => each !== '/inbox'))
    expect([link, (await get(link)).status]).toEqual([link, 200]);
});

test('the pages load only files of the service, so they work without the internet', async () => {
  for (const path of ['/', '/graphiql']) {
    const page = await get(path);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|unsafe/);
    expect(await page.text()).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  }
});

test('documents lead to each other, to their pictures and to the schema', async () => {
  const documents = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  const linked = documents.flatMap((name) => {
    const from = new URL(`/docs/${name.replaceAll(sep, '/')}`, development.url);
    const links = [...readFileSync(join(DOCS, name), 'utf8').matchAll(/\]\(([^)#:\s]+)/g)];
    return links.map(([, link = '']) => new URL(link, from).pathname);
  });
  const served = /^\/(docs\/.*\.\w+|(README|CHANGELOG|SECURITY)\.md|schema\.graphql)$/;
  const paths = [...new Set(linked)].filter((path) => served.test(path));
  expect(paths).toEqual(
    expect.arrayContaining(['/docs/decisions/0054-discovery.md', '/docs/pictures/speed.svg', '/schema.graphql']),
  );
  const answers = await Promise.all(paths.map(async (path) => ({ path, status: (await get(path)).status })));
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  const picture = await get('/docs/pictures/react-number-light.png');
  expect(picture.headers.get('content-type')).toBe('image/png');
});

test.each([
  '/docs/..%2fpackage.json',
  '/docs/decisions%2f..%2f..%2fpackage.json',
  '/docs/decisions/../../.env',
  '/docs/decisions',
  '/docs/',
  '/docs/nothing.md',
  '/package.json',
  '/examples/README.md',
  '/graphiql/index.html',
])('%s is not there', async (path) => expect((await get(path)).status).toBe(404));

test('production has none of these pages', async () => {
  const production = await startService({
    env: {
      NODE_ENV: 'production',
      APP_SECRET: TEST_SECRET,
      PUBLIC_URL: 'https://accounts.example.com',
      DATABASE_URL: development.database.url,
      SMS_PROVIDER: 'twilio',
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      TWILIO_AUTH_TOKEN: 'token',
      TWILIO_PHONE_NUMBER: '+15005550006',
    },
    database: development.database,
  });
  const paths = ['/', '/graphiql', '/graphiql/graphiql.js', '/start/start.js', '/docs/clients.md', '/README.md'];
  const statuses = await Promise.all(paths.map(async (path) => (await get(path, production)).status));
  await production.close();
  expect(statuses).toEqual(paths.map(() => 404));
});
