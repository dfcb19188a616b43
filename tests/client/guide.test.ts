import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ApolloClient } from '@apollo/client';
import type { Client } from '@urql/core';
import { build } from 'esbuild';
import { createElement, type FunctionComponent } from 'react';
import { renderToString } from 'react-dom/server';
import { gql } from '@apollo/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Accounts, memoryStorage } from '../../client/src/index.js';
import type { messagesByField } from '../../client/src/messages.js';
import { examplesOf } from '../support/documented-example.js';
import { startService, type TestService } from '../support/service.js';

/** The code of docs/client-frameworks.md and docs/client-texts.md is run as it stands. */

const client = fileURLToPath(new URL('../../client/src/', import.meta.url));
// Below node_modules, so that its imports find the packages.
const folder = fileURLToPath(
  new URL(`../../node_modules/.cache/phone-accounts/guide-${process.pid}/`, import.meta.url),
);
const examples = new Map([...examplesOf('client-frameworks.md'), ...examplesOf('client-texts.md')]);

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await mkdir(folder, { recursive: true });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await service.close();
});

/** Runs a block against the service. It keeps its session in memory, because Node has no cookies. */
async function run<Exports>(name: string): Promise<Exports> {
  const code = (examples.get(name) ?? '')
    .replace('https://accounts.example.com', service.url)
    .replace(/createAccounts\(\{ (url[^}]*?) \}\)/, 'createAccounts({ $1, storage: globalThis.guideStorage })');
  const file = `${folder}${name.replace(/\W/g, '-')}.mjs`;
  const { outputFiles } = await build({
    stdin: { contents: code, loader: 'tsx', resolveDir: folder, sourcefile: name },
    bundle: true,
    format: 'esm',
    platform: 'node',
    jsx: 'automatic',
    write: false,
    packages: 'external',
    plugins: [
      { name: 'package', setup: ({ onResolve }) => void onResolve({ filter: /^@phone-accounts\/client/ }, sourceOf) },
    ],
  });
  await writeFile(file, outputFiles[0]?.contents ?? '');
  Object.assign(globalThis, { guideStorage: memoryStorage() });
  return import(/* @vite-ignore */ pathToFileURL(file).href);
}

const sourceOf = ({ path }: { path: string }) => ({
  path: `${client}${path.replace(/^@phone-accounts\/client\/?/, '') || 'index'}.ts`,
});

async function signIn(accounts: Accounts, phoneNumber: string): Promise<void> {
  await accounts.requestOtp({ phoneNumber });
  await accounts.verifyOtp({ otp: service.phone.code(phoneNumber) });
}

test('Apollo Client asks as the user who signed in', async () => {
  const { accounts, client: apollo } = await run<{ accounts: Accounts; client: ApolloClient }>('apollo.ts');
  await signIn(accounts, '+255679190760');
  const { data } = await apollo.query({ query: gql('{ me { id phoneNumber } }') });
  expect(data).toMatchObject({ me: { phoneNumber: '+255679190760' } });
});

test('urql asks as the user who signed in, and the next one has a client of their own', async () => {
  const example = await run<{ accounts: Accounts; client: Client }>('urql.ts');
  const phone = async () => (await example.client.query('{ me { id phoneNumber } }', {})).data?.me?.phoneNumber;
  for (const phoneNumber of ['+255679190761', '+255679190762']) {
    await signIn(example.accounts, phoneNumber);
    expect(await phone()).toBe(phoneNumber);
  }
});

test('the form of React is rendered on a server', async () => {
  const { SignInForm } = await run<{ SignInForm: FunctionComponent }>('sign-in-form.tsx');
  expect(renderToString(createElement(SignInForm))).toMatch(/^<form><input.*autoComplete="tel"/i);
});

test('texts are those that the guide shows', async () => {
  const { wrongCode, disabled, beside } = await run<{
    wrongCode: string;
    disabled: string;
    beside: (result: Parameters<typeof messagesByField>[0]) => object;
  }>('texts.ts');
  expect([wrongCode, disabled]).toEqual([
    'Dieser Code ist falsch oder abgelaufen. Noch 2 Versuche.',
    'Bitte rufen Sie uns an.',
  ]);
  const fields = [{ field: 'email', code: 'TAKEN', message: '', minimum: null, maximum: null }] as const;
  expect(beside({ fields })).toEqual({ email: 'Das gehört schon zu einem anderen Konto.' });
});
