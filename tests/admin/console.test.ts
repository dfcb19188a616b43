import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { PUBLIC_URL, startService, TEST_SECRET, type TestService } from '../support/service.js';

/** How the console of administrators is served. */

const ASSETS = new URL('../../assets/admin/', import.meta.url);
const files = readdirSync(ASSETS);
const PATHS = ['/admin', ...files.filter((name) => name !== 'index.html').map((name) => `/admin/${name}`)];

/** Parts of production that need nothing of this machine. */
const PRODUCTION = {
  NODE_ENV: 'production',
  APP_SECRET: TEST_SECRET,
  PUBLIC_URL: 'https://accounts.example.com',
  SMS_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_PHONE_NUMBER: '+15005550006',
};

let service: TestService;

beforeAll(async () => {
  service = await startService({ env: PRODUCTION });
});

afterAll(() => service.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(service.url + path, { headers, redirect: 'manual' });

describe('in production', () => {
  test('an administrator opens the page and every file that it names', async () => {
    const answers = await Promise.all(PATHS.map((path) => get(path)));

    expect(answers.map(({ status }) => status)).toEqual(PATHS.map(() => 200));
    const types = new Set(answers.map(({ headers }) => headers.get('content-type')));
    expect([...types].sort()).toEqual([
      'image/svg+xml',
      'text/css; charset=utf-8',
      'text/html; charset=utf-8',
      'text/javascript; charset=utf-8',
    ]);
    const page = readFileSync(new URL('index.html', ASSETS), 'utf8');
    const named = [...page.matchAll(/(?:href|src)="(admin\/[^"]+)"/g)].map((match) => `/${match[1]}`);
    const imported = files.flatMap((name) =>
      [...readFileSync(new URL(name, ASSETS), 'utf8').matchAll(/^import .* from '\.\/([^']+)'/gm)].map(
        (match) => `/admin/${match[1]}`,
      ),
    );
    expect([...named, ...imported].filter((path) => !PATHS.includes(path))).toEqual([]);
  });

  test('the page runs our own scripts only, in no frame, and no text becomes markup', async () => {
    for (const path of PATHS) {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy'), path).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
      );
      expect(headers.get('x-frame-options'), path).toBe('DENY');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('cross-origin-opener-policy'), path).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy'), path).toBe('same-origin');
      expect(headers.get('referrer-policy'), path).toBe('no-referrer');
    }
    const sources = files.map((name) => readFileSync(new URL(name, ASSETS), 'utf8')).join('\n');
    expect(sources).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|DOMParser/);
    expect(sources.match(/https?:\/\/(?!www\.w3\.org)/g)).toBeNull();
    expect(readFileSync(new URL('index.html', ASSETS), 'utf8')).not.toMatch(
      / style=| on[a-z]+=|<script(?! src)|<style/,
    );
  });

  test('another web page reads none of it', async () => {
    const headers = { origin: 'https://evil.example' };
    for (const path of PATHS) {
      const answer = await get(path, headers);
      expect(answer.headers.get('access-control-allow-origin'), path).toBeNull();
    }
  });

  test('a browser that has a file asks only whether it changed', async () => {
    const first = await get('/admin/main.js');
    const etag = first.headers.get('etag') ?? '';
    const second = await get('/admin/main.js', { 'if-none-match': etag });

    expect(etag).not.toBe('');
    expect(first.headers.get('cache-control')).toBe('no-cache');
    expect([second.status, await second.text()]).toEqual([304, '']);
    expect(second.headers.get('content-security-policy')).not.toBeNull();
  });

  test('who types a slash behind the address gets there, also below a path', async () => {
    const answer = await get('/admin/');

    expect([answer.status, answer.headers.get('location')]).toEqual([308, '../admin']);
  });

  test('nothing else of the machine can be read', async () => {
    const paths = [
      '/admin/../package.json',
      '/admin/%2e%2e/inbox/inbox.js',
      '/admin/..%2finbox%2finbox.js',
      '/admin/index.html',
      '/admin/nothing.js',
    ];
    const statuses = await Promise.all(paths.map(async (path) => (await get(path)).status));

    expect(statuses).toEqual(paths.map(() => 404));
  });
});

test('a password is masked, filled in and pasted, and sent as it was typed', async () => {
  const { valuesOf } = await import(new URL('form.js', ASSETS).href);
  const control = (type: string) => ({ name: type, type, value: ' a b ' });
  expect(valuesOf({ elements: [control('password'), control('text')] })).toEqual({ password: ' a b ', text: 'a b' });

  const pages = ['assets', 'examples/web', 'examples/react-apollo/src'].flatMap((folder) => {
    const at = new URL(`../../${folder}/`, import.meta.url);
    const names = readdirSync(at, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => /\.(html|js|tsx)$/.test(name)).map((name) => readFileSync(new URL(name, at), 'utf8'));
  });
  const ours = pages.filter((source) => source.length < 100_000);
  const passwords = ours.flatMap(
    (source) => source.match(/(?:<input|return field\()[^;]*?name[=:] ?["']password["'][^;]*/g) ?? [],
  );
  expect(passwords.length).toBeGreaterThan(1);
  expect(passwords.filter((field) => !/type[=:] ?["']password["']/.test(field))).toEqual([]);
  expect(ours.filter((source) => /onpaste|onPaste|["']paste["']/.test(source))).toEqual([]);
});

test('an operator turns it off: nothing is at the address', async () => {
  const off = await startService({ env: { ADMIN_CONSOLE: 'off', PUBLIC_URL } });
  onTestFinished(() => off.close());

  const statuses = await Promise.all(PATHS.map(async (path) => (await fetch(off.url + path)).status));

  expect(statuses).toEqual(PATHS.map(() => 404));
});
