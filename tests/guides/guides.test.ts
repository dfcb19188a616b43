import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { textOf } from '../support/documented-example.js';
import { buildClientWhenNeeded } from '../support/examples/built-client.js';
import { ExampleServer, exampleAddress } from '../support/examples/example-server.js';
import { FrontEnd } from '../support/examples/front-end.js';
import { PUBLIC_URL, startService, type TestService } from '../support/service.js';

/** A reader of the guides pastes their code into a front end of their own, compiles it strictly, and runs it. */

const GUIDES = ['clients.md', 'client-tools.md', 'mobile.md', 'passkeys.md', '../README.md'];
/** Where `npm run example -- node-api` starts it. */
const API = 'http://localhost:3000';
/** A browser has it. */
const LOCAL_STORAGE = `const kept = new Map<string, string>();
const localStorage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
};
`;
/** What an app does with the client of docs/mobile.md. */
const EXPO_APP = `import { kept } from 'expo-secure-store';
import { accounts } from './accounts.js';

console.log((await accounts.verifyOtp({ phoneNumber: '+1234567890', otp: '123456' })).__typename);
console.log(/"refreshToken":"[^"]+"/.test(kept()), (await accounts.me())?.phoneNumber);
await accounts.logout();
console.log(/refreshToken/.test(kept()));
`;

/** The code of the guides by the name of its file. Blocks of the same name follow each other. */
function codeOf(guides: readonly string[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const [, name = '', code = ''] of guides.flatMap((guide) => [
    ...textOf(guide).matchAll(/^```ts (\S+)\n(.*?)^```$/gms),
  ]))
    files.set(name, (files.get(name) ?? '') + code);
  return files;
}

/** What a guide says that its code prints. */
function printedBy(guide: string, info: string): string {
  return new RegExp(`^\`\`\`text ${info}\n(.*?)^\`\`\`$`, 'ms').exec(textOf(guide))?.[1] ?? '';
}

let service: TestService;
let api: ExampleServer;
let frontEnd: FrontEnd;
beforeAll(async () => {
  await buildClientWhenNeeded();
  service = await startService({ env: { NODE_ENV: 'development' } });
  api = await ExampleServer.start('node-api', await exampleAddress(), {
    ACCOUNTS_URL: service.url,
    ISSUER: PUBLIC_URL,
  });
  const here = (code: string) => code.replaceAll('http://localhost:4000', service.url).replaceAll(API, api.url);
  const files = new Map(
    [...codeOf(GUIDES), ['expo-app.ts', EXPO_APP] as const].map(([name, code]) => [name, here(code)]),
  );
  files.set('ten-lines.ts', LOCAL_STORAGE + files.get('ten-lines.ts'));
  frontEnd = await FrontEnd.make(files);
  await frontEnd.generate(files.get('codegen.ts') ?? '');
});
afterAll(() => Promise.all([frontEnd?.remove(), api?.stop(), service?.close()]));

// All of them ask for a code for the same number.
beforeEach(() => service.clock.advance(61));

test('the code of the guides compiles strictly', async () => {
  expect(await frontEnd.compile()).toBe('');
});

test('docs/clients.md: before the form, the form in two steps, a call of an API', async () => {
  const said = printedBy('clients.md', 'app.ts prints');
  expect(said).not.toBe('');
  expect(await frontEnd.print('app.ts')).toBe(said);
});

test('docs/client-tools.md: documents of GraphQL Code Generator', async () => {
  const said = printedBy('client-tools.md', 'prints');
  expect(said).not.toBe('');
  expect((await frontEnd.print('profile.ts')) + (await frontEnd.print('sign-in.ts'))).toBe(said);
});

test.each([
  ['tada.ts', 'Asha\n'],
  ['relay.ts', '+1234567890\n'],
  ['plain-fetch.ts', 'VerifyOtpSuccess\nstill signed in\n'],
  ['ten-lines.ts', '+1234567890\n200\n'],
  ['expo-app.ts', 'VerifyOtpSuccess\ntrue +1234567890\nfalse\n'],
])('docs/client-tools.md, docs/mobile.md and README.md: %s', async (file, printed) => {
  expect(await frontEnd.print(file)).toBe(printed);
});

test('what docs/clients.md shows of React stands in the example', () => {
  const blocks = [...textOf('clients.md').matchAll(/^```tsx (\S+)\n(.*?)^```$/gms)];
  expect(blocks.length).toBeGreaterThan(1);
  for (const [, path = '', code = ''] of blocks)
    expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toContain(code);
});

test('the ten lines of docs/clients.md are the script of the example', () => {
  const page = readFileSync(new URL('../../examples/web/index.html', import.meta.url), 'utf8');
  const [, script = ''] = /<script type="module">\n(.*?) *<\/script>/s.exec(page) ?? [];
  const [, shown = ''] = /^```js examples\/web\/index.html\n(.*?)^```$/ms.exec(textOf('clients.md')) ?? [];
  expect(shown).toBe(script.replaceAll(/^ {4}/gm, ''));
});
