import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openTestDatabase } from '../support/postgres/test-database.js';
import { freePort } from '../support/process/free-port.js';
import { ProcessPlace } from '../support/process/process-place.js';

const COMMAND = fileURLToPath(new URL('../../scripts/example.js', import.meta.url));

test('one command starts the service and an example that may call it with cookies; Ctrl+C ends both', async () => {
  const [place, database, port] = [await ProcessPlace.make(), await openTestDatabase(), await freePort()];
  onTestFinished(() => database.close());
  onTestFinished(() => place.end());
  const page = `http://localhost:${port}`;
  const both = await place.startReady({
    command: [process.execPath, COMMAND, 'web'],
    env: { DATABASE_URL: database.url, EXAMPLE_PORT: String(port) },
  });

  expect(both.stdout).toContain(`The example: ${page}`);
  expect(await (await fetch(page)).text()).toContain(both.url.replace('127.0.0.1', 'localhost'));
  const answer = await fetch(`${both.url}/graphql`, {
    method: 'POST',
    headers: { origin: page, 'session-mode': 'cookie', 'content-type': 'application/json' },
    body: '{ "query": "{ signInOptions { codeLength } }" }',
  });
  expect([answer.status, answer.headers.get('access-control-allow-credentials')]).toEqual([200, 'true']);

  both.pressCtrlC();
  expect(await both.ended).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/error/i) });
  expect(both.groupLives).toBe(false);
});

test('the name of an example that is not there is answered with those that are', () => {
  const { status, stderr } = spawnSync(process.execPath, [COMMAND, 'webb'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([1, expect.stringMatching(/NAME is one of: .*\bnode-api\b.*\bweb\b/)]);
});
