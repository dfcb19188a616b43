import { test } from 'vitest';
import { me, signIn } from './support/operations.js';
import { PostgresProxy } from './support/postgres-proxy.js';
import { startService } from './support/service.js';
import { openTestDatabase } from './support/test-database.js';

test('cut under load', async () => {
  const database = await openTestDatabase();
  const proxy = await PostgresProxy.start(database.url);
  const service = await startService({
    database,
    databaseUrl: proxy.url,
    env: { LOG_LEVEL: 'silent', FIELD_RATE_LIMIT: '1000000' },
  });
  const { tokens } = await signIn(service, '+255679190720');
  let over = false;
  const slow: number[] = [];
  const codes: Record<string, number> = {};
  const workers = Array.from({ length: 20 }, async () => {
    while (!over) {
      const began = performance.now();
      const { body } = await me(service, tokens.accessToken);
      const code = body.errors?.[0]?.extensions.code ?? 'ok';
      codes[code] = (codes[code] ?? 0) + 1;
      if (performance.now() - began > 1500) slow.push(Math.round(performance.now() - began));
    }
  });
  for (let i = 0; i < 12; i++) {
    await new Promise((r) => setTimeout(r, 1200));
    await proxy.become(i % 2 ? 'refusing' : 'hanging up');
    await new Promise((r) => setTimeout(r, 100));
    await proxy.become('up');
  }
  await new Promise((r) => setTimeout(r, 1000));
  const before = { ...codes };
  await new Promise((r) => setTimeout(r, 2000));
  over = true;
  await Promise.all(workers);
  console.log(
    codes,
    'slow',
    slow,
    'errors in the last 2 s',
    (codes['SERVICE_UNAVAILABLE'] ?? 0) - (before['SERVICE_UNAVAILABLE'] ?? 0),
  );
  await service.close();
  await proxy.close();
  await database.close();
}, 120000);
