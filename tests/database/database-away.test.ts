import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { form, ME, me, REGISTER, REQUEST_OTP, signIn, VERIFY_OTP } from '../support/operations/operations.js';
import { PostgresProxy, type ProxyState } from '../support/postgres/postgres-proxy.js';
import { killBundledServer } from '../support/process/process-folder.js';
import { ProcessPlace } from '../support/process/process-place.js';
import { type GraphqlAnswer, startService, type TestService } from '../support/service.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

const PHONE_NUMBER = '+255679190720';

let database: TestDatabase;
let proxy: PostgresProxy;
let service: TestService;
let token: string;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url);
  service = await startService({ database, databaseUrl: proxy.url });
  token = (await signIn(service, PHONE_NUMBER)).tokens.accessToken;
});

beforeEach(() => service.clock.advance(60));

afterAll(async () => {
  await proxy.become('up');
  await service.close();
  await proxy.close();
  await database.close();
});

function codeOf({ body }: GraphqlAnswer): string {
  return body.errors?.[0]?.extensions.code ?? 'answered';
}

interface Timed {
  readonly value: string;
  readonly milliseconds: number;
}

async function timed(work: () => Promise<string>): Promise<Timed> {
  const began = performance.now();
  const value = await work();
  return { value, milliseconds: performance.now() - began };
}

function statusOf(path: string): Promise<Timed> {
  return timed(async () => String((await fetch(service.url + path)).status));
}

/** Every public operation that needs the database, at once, several times. */
function everything(): Promise<Timed[]> {
  const input = { phoneNumber: PHONE_NUMBER };
  const operations = [
    () => service.graphql(ME, {}, { token }),
    () => service.graphql('{ cities(first: 1) { edges { cursor } } }'),
    () => service.graphql(REQUEST_OTP, { input }),
    () => service.graphql(VERIFY_OTP, { input: { ...input, otp: '000000' } }),
    () => service.graphql(REGISTER, { input: form() }),
  ];
  const four = [1, 2, 3, 4].flatMap(() => operations);
  return Promise.all(four.map((operation) => timed(async () => codeOf(await operation()))));
}

/** Milliseconds until the service answers again. */
async function untilAnswered(client: Pick<TestService, 'graphql'>): Promise<number> {
  const began = performance.now();
  while (codeOf(await me(client, token)) !== 'answered') {
    if (performance.now() - began > 15_000) throw new Error('The service does not come back.');
    await pause(10);
  }
  return performance.now() - began;
}

/** A line that pours a statement out. */
const STATEMENT = /Failed query|\b(select|insert into|update|delete from|with) \S*"/i;

/** Silence is taken for an end after 5 seconds; whatever else happens is known at once. */
const outages: [state: ProxyState, knownWithin: number][] = [
  ['refusing', 2_000],
  ['hanging up', 2_000],
  ['silent', 8_000],
];

describe.each(outages)('while the database is away (%s)', (state, knownWithin) => {
  test('every caller hears so soon, nothing is sent, and it goes on by itself when the database is back', async () => {
    const sent = service.phone.messages.length;
    await proxy.become(state);

    const first = await everything();
    const [then, ready, healthy] = await Promise.all([everything(), statusOf('/readyz'), statusOf('/healthz')]);
    await proxy.become('up');
    const back = await untilAnswered(service);

    for (const { value, milliseconds } of [...first, ...then]) {
      expect(value).toBe('SERVICE_UNAVAILABLE');
      expect(milliseconds).toBeLessThan(knownWithin);
    }
    expect([ready.value, healthy.value]).toEqual(['503', '200']);
    expect(ready.milliseconds).toBeLessThan(knownWithin);
    expect(service.phone.messages).toHaveLength(sent);
    expect(back).toBeLessThan(6_000);
    expect(service.logs.join('')).not.toMatch(STATEMENT);
    expect((await statusOf('/readyz')).value).toBe('200');
    await signIn(service, '+255679190721');
  });
});

test('the database goes while many are at work: nobody hears anything wrong, and nobody waits', async () => {
  const heard = new Map<string, number>();
  let over = false;
  const clients = Array.from({ length: 20 }, async () => {
    while (!over) {
      const { value, milliseconds } = await timed(async () => codeOf(await me(service, token)));
      heard.set(value, Math.max(heard.get(value) ?? 0, milliseconds));
    }
  });
  for (const state of ['refusing', 'hanging up', 'refusing', 'hanging up'] as const) {
    await pause(200);
    await proxy.become(state);
    await pause(50);
    await proxy.become('up');
  }
  await pause(200);
  over = true;
  await Promise.all(clients);

  expect([...heard.keys()].sort()).toEqual(['SERVICE_UNAVAILABLE', 'answered']);
  for (const milliseconds of heard.values()) expect(milliseconds).toBeLessThan(4_000);
});

test('the bundled database is killed: the service starts it again and goes on', async () => {
  const place = await ProcessPlace.makeSetUp();
  onTestFinished(() => place.end());
  const bundled = await place.startReady();
  const register = () => bundled.client.graphql(REGISTER, { input: form() });
  expect(codeOf(await register())).toBe('answered');

  await killBundledServer(place.folder);

  const heard = new Set<string>();
  for (let tries = 0; tries < 500 && !heard.has('answered'); tries += 1) {
    heard.add(codeOf(await register()));
    await pause(20);
  }
  expect([...heard].filter((code) => code !== 'SERVICE_UNAVAILABLE')).toEqual(['answered']);
  expect((await fetch(`${bundled.url}/readyz`)).status).toBe(200);
  expect((await bundled.stop()).code).toBe(0);
});
