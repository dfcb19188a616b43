import '../../src/app.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { statements } from '../../src/database/statement-list.js';
import {
  form,
  me,
  obtainCode,
  register,
  requestOtp,
  signIn,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { GUARDED } from '../support/pumping.js';
import { startService, type TestService } from '../support/service.js';
import {
  changePassword,
  logout,
  logoutEverywhere,
  refresh,
  registered,
} from '../support/operations/session-operations.js';

/** A statement that a reader can check: what the sources hold, and what travels to PostgreSQL. */
const LONGEST = 5000;
const MOST_PARAMETERS = 90;

let database: TestDatabase;
let proxy: PostgresProxy;
let service: TestService;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url);
  service = await startService({ database, databaseUrl: proxy.url, env: GUARDED });
});

afterAll(async () => {
  await service.close();
  await proxy.close();
  await database.close();
});

interface Size {
  readonly name: string;
  readonly characters: number;
  readonly parameters: number;
}

function sizeOf(name: string, text: string): Size {
  const places = [...text.matchAll(/\$(\d+)/g)].map((match) => Number(match[1]));
  return { name, characters: text.length, parameters: Math.max(0, ...places) };
}

function report(sizes: readonly Size[]): void {
  const by = (measure: 'characters' | 'parameters') => [...sizes].sort((a, b) => b[measure] - a[measure]).slice(0, 3);
  const lines = [...by('characters'), ...by('parameters')].map(
    ({ name, characters, parameters }) => `${characters} characters, ${parameters} parameters: ${name}`,
  );
  process.stdout.write(`${[...new Set(lines)].join('\n')}\n`);
}

/** Whether every statement is short enough; what is too long is told by name. */
function expectCheckable(sizes: readonly Size[]): void {
  expect(sizes.filter(({ characters }) => characters > LONGEST)).toEqual([]);
  expect(sizes.filter(({ parameters }) => parameters > MOST_PARAMETERS)).toEqual([]);
}

it('statements with a fixed text are short enough to be checked, and each has a name of its own', () => {
  const names = statements.map(({ name }) => name);

  expect(new Set(names).size).toBe(names.length);
  expectCheckable(statements.map(({ name, text }) => sizeOf(name, text)));
});

it('what travels to PostgreSQL is short enough to be checked, whichever way it was made', async () => {
  await everyUseCase();
  const sizes = [...proxy.wire.texts].map((text) => sizeOf(nameOf(text), text));

  report(sizes);
  expect(sizes.length).toBeGreaterThan(10);
  expectCheckable(sizes);
});

/** People come and go, so that each use case sends what it has to send. */
async function everyUseCase(): Promise<void> {
  const [known, phoneNumber] = ['+255671000001', '+255672000001'];
  const { tokens, deviceToken } = await signIn(service, known);
  await me(service, tokens.accessToken);
  service.clock.advance(60);
  await verifyOtp(service, { phoneNumber: known, otp: await obtainCode(service, known), deviceToken });
  await register(service, form({ phoneNumber, email: 'first@example.com' }));
  const otp = await obtainCode(service, phoneNumber);
  await verifyOtp(service, { phoneNumber, otp: wrongCode(otp) });
  const second = form({ phoneNumber, email: 'second@example.com', verificationCode: otp });
  await register(service, second);
  const credentials = { identifier: 'second@example.com', password: second['password'] };
  const login = 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }';
  await service.graphql(login, { input: credentials });
  await requestOtp(service, { phoneNumber });
  await requestOtp(service, { phoneNumber });
  await everySessionUseCase('+255673000001');
  await service.background.outbox.run();
  await service.background.pumpingGuard.review();
  await service.background.housekeeper.run();
}

/** The number is only registered, so that its first verification is among them. */
async function everySessionUseCase(phoneNumber: string): Promise<void> {
  const { tokens } = await registered(service, form({ phoneNumber, email: 'third@example.com' }));
  const { accessToken, refreshToken } = tokens;
  const currentPassword = String(form()['password']);
  await changePassword(service, accessToken, { currentPassword, newPassword: 'an even better passphrase' });
  await refresh(service, refreshToken);
  const owner = await signIn(service, phoneNumber);
  await logoutEverywhere(service, owner.tokens.accessToken, true);
  await logout(service, owner.tokens);
}

function nameOf(text: string): string {
  const fixed = statements.find((statement) => statement.text === text);
  return fixed?.name ?? `${text.trim().replace(/\s+/g, ' ').slice(0, 60)}…`;
}
