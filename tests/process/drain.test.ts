import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { json, text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { openTestDatabase } from '../support/postgres/test-database.js';
import { bundledServer, living } from '../support/process/process-folder.js';
import { ProcessPlace } from '../support/process/process-place.js';
import { START_SCRIPT } from '../support/process/process-service.js';

/** A load balancer takes a process out of service that is told to stop. */

let place: ProcessPlace;

beforeEach(async () => {
  place = await ProcessPlace.make();
});

afterEach(() => place.end());

/** On the server of all tests: a database of its own is for tests that are about it. */
async function elsewhere(): Promise<Record<string, string>> {
  const database = await openTestDatabase();
  onTestFinished(() => database.close());
  return { DATABASE_URL: database.url };
}

interface Answer {
  readonly status: number | undefined;
  /** Whether the connection is kept. */
  readonly connection: string | undefined;
}

/** One request through the agent, to its end. */
async function ask(url: string, agent: Agent): Promise<Answer> {
  const call = request(`${url}/graphql`, { agent, method: 'POST', headers: { 'content-type': 'application/json' } });
  call.end('{"query":"{ cities(first: 1) { edges { node { id } } } }"}');
  const [response] = await once(call, 'response');
  expect(await json(response)).toMatchObject({ data: { cities: { edges: [{}] } } });
  return { status: response.statusCode, connection: response.headers.connection };
}

interface Load {
  readonly answers: Answer[];
  /** How requests failed, by code. */
  readonly failures: string[];
  readonly done: Promise<unknown>;
}

/** Clients that ask again and again, until nothing listens any more. */
function load(url: string, clients: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const [answers, failures]: [Answer[], string[]] = [[], []];
  const client = async () => {
    for (;;) {
      const answer = await ask(url, agent).catch((error: Error & { code?: string }) => String(error.code ?? error));
      if (typeof answer !== 'string') answers.push(answer);
      else failures.push(answer);
      if (answer === 'ECONNREFUSED') return;
    }
  };
  return { answers, failures, done: Promise.all(Array.from({ length: clients }, client)).then(() => agent.destroy()) };
}

async function readiness(url: string): Promise<number> {
  return (await fetch(`${url}/readyz`, { headers: { connection: 'close' } })).status;
}

test('under load nothing is reset: first it is not ready, then it takes no more, then it ends', async () => {
  await place.setUp();
  const service = await place.startReady({
    env: { DRAIN_SECONDS: '3', FIELD_RATE_LIMIT: '1000000', HTTP_RATE_LIMIT: '1000000' },
  });
  const server = await bundledServer(place.folder);
  const clients = load(service.url, 16);
  await eventually(async () => (clients.answers.length > 100 ? true : null));
  const began = performance.now();

  service.tell('SIGTERM');

  await eventually(async () => ((await readiness(service.url)) === 503 ? true : null));
  const announced = clients.answers.length;
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  const ending = await service.ended;
  await clients.done;
  expect(ending).toMatchObject({ code: 0, stderr: '' });
  expect(performance.now() - began).toBeGreaterThan(3_000);
  expect(clients.answers.length).toBeGreaterThan(announced + 16);
  expect(new Set(clients.answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(clients.answers[0]?.connection).toBe('keep-alive');
  expect(new Set(clients.answers.slice(announced).map(({ connection }) => connection))).toEqual(new Set(['close']));
  expect(clients.failures).toEqual(Array(16).fill('ECONNREFUSED'));
  expect(await living(server)).toEqual([]);
});

test('HOST=localhost: nothing is reset at its second address either', async () => {
  await place.setUp();
  const patch = new URL('../support/process/two-loopbacks.mjs', import.meta.url).href;
  const service = await place.startReady({
    command: [process.execPath, '--import', patch, START_SCRIPT],
    env: { HOST: 'localhost', DRAIN_SECONDS: '2', FIELD_RATE_LIMIT: '1000000', HTTP_RATE_LIMIT: '1000000' },
  });
  const clients = load(service.url.replace('127.0.0.1', '127.0.0.2'), 16);
  await eventually(async () => (clients.answers.length > 100 ? true : null));

  service.tell('SIGTERM');

  expect(await service.ended).toMatchObject({ code: 0, stderr: '' });
  await clients.done;
  expect(new Set(clients.answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(clients.failures).toEqual(Array(16).fill('ECONNREFUSED'));
});

test('a connection that is idle all the time ends with the listener, and not before', async () => {
  const service = await place.startReady({ env: { DRAIN_SECONDS: '1', ...(await elsewhere()) } });
  const agent = new Agent({ keepAlive: true });
  const call = request(`${service.url}/healthz`, { agent });
  call.end();
  const [response] = await once(call, 'response');
  const { socket } = response;
  await text(response);
  const began = performance.now();
  const closed = once(socket, 'close').then(() => performance.now() - began);

  service.tell('SIGTERM');

  expect(await closed).toBeGreaterThan(1_000);
  expect(await service.ended).toMatchObject({ code: 0 });
  agent.destroy();
});

test('a second signal does not wait for the end of the drain', async () => {
  const service = await place.startReady({ env: { DRAIN_SECONDS: '60', ...(await elsewhere()) } });
  service.tell('SIGTERM');
  await eventually(async () => ((await readiness(service.url)) === 503 ? true : null));
  await pause(1_300);

  const ending = await Promise.race([service.stop('SIGTERM'), pause(3_000, null)]);

  expect(ending).toMatchObject({ code: 1 });
});
