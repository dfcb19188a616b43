import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { openTestDatabase } from '../support/postgres/test-database.js';
import { freePort } from '../support/process/free-port.js';
import { ProcessPlace } from '../support/process/process-place.js';

test('a process that was just started shows its build at once, and soon what the database says', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const database = await openTestDatabase();
  onTestFinished(() => database.close());
  const place = await ProcessPlace.make();
  onTestFinished(() => place.end());
  const port = String(await freePort());
  await place.startReady({ env: { DATABASE_URL: database.url, METRICS_PORT: port } });
  const read = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();

  expect(await read()).toContain(`phone_accounts_build_info{version="${version}",commit="`);
  // The last of the gauges that ask the database.
  await eventually(async () => /^phone_accounts_registration_limit_filling\{window="24h"\} 0$/m.exec(await read()));
  const text = await read();
  expect(text).toMatch(/^phone_accounts_database_up 1$/m);
  expect(text).toMatch(/^phone_accounts_outbox_messages\{state="due"\} 0$/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds [\d.e-]+$/m);
});
