import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { me, requestOtp, signIn } from './support/operations.js';
import { PostgresProxy, type ProxyState } from './support/postgres-proxy.js';
import { startService, type TestService } from './support/service.js';
import { openTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let proxy: PostgresProxy;
let service: TestService;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url);
  service = await startService({ database, databaseUrl: proxy.url });
});

afterAll(async () => {
  await proxy.become('up');
  await service.close();
  await proxy.close();
  await database.close();
});

test('measure', async () => {
  const { tokens } = await signIn(service, '+255679190720');
  for (const state of ['refusing', 'hanging up', 'silent'] as const) {
    await proxy.become(state);
    const began = performance.now();
    const times = await Promise.all(
      Array.from({ length: 300 }, async () => {
        const { body } = await me(service, tokens.accessToken);
        return [body.errors?.[0]?.extensions.code, Math.round(performance.now() - began)];
      }),
    );
    const last = times.map(([, t]) => Number(t)).sort((a, b) => a - b);
    console.log(state, times[0], last[150], last.at(-1));
    const again = performance.now();
    await me(service, tokens.accessToken);
    console.log(state, 'next', Math.round(performance.now() - again));
    await proxy.become('up');
    const back = performance.now();
    while ((await me(service, tokens.accessToken)).body.errors);
    console.log(state, 'back', Math.round(performance.now() - back));
  }
}, 120000);
