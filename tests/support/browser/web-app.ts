import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import type { Page } from './browser.js';

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the test asked for.
type Answer = any;

/** The web client of docs/cookie-mode.md. */
export interface WebApp {
  accounts(query: string, variables?: object): Promise<Answer>;
  signIn(phoneNumber: string, otp: string): Promise<Answer>;
  resume(): Promise<boolean>;
  signOut(): Promise<void>;
}

const guide = readFileSync(new URL('../../../docs/cookie-mode.md', import.meta.url), 'utf8');
const source = /```js\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';

/** Runs the guide's own code on a page. Loading it again is what reloading the page does: its memory starts empty. */
export function loadWebApp(page: Page, service = 'https://accounts.example.com'): WebApp {
  const code = source.replace('https://accounts.example.com', service);
  const navigator = { locks: { request: (_name: string, run: () => unknown) => run() } };
  return runInNewContext(`${code}; ({ accounts, signIn, resume, signOut })`, { fetch: page.fetch, navigator });
}
