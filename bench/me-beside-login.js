/**
 * `npm run bench:logins` measures how fast `me` is while 64 clients sign in with passwords. The service runs in its own
 * process, and this process makes the load. It prints the 50th and 99th percentile of `me`, without and with the
 * logins, and their ratio.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const LOGINS = 64;
const SECONDS = 6;
const ROUNDS = 3;
const PASSWORD = 'a password for the benchmark';

const agent = new Agent({ keepAlive: true });
const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-bench-'));
const port = await freePort();
const service = spawn(process.execPath, [fileURLToPath(new URL('../scripts/start.js', import.meta.url))], {
  cwd: folder,
  env: {
    PORT: String(port),
    FIELD_RATE_LIMIT: '1000000',
    HTTP_RATE_LIMIT: '1000000',
    REGISTRATIONS_PER_NETWORK_PER_HOUR: '100000',
    REGISTRATIONS_PER_DAY: '100000',
  },
  stdio: 'ignore',
});

try {
  await untilReady();
  await measure();
} finally {
  service.kill('SIGTERM');
  await new Promise((resolve) => service.on('close', resolve));
  agent.destroy();
  rmSync(folder, { recursive: true, force: true });
}

async function measure() {
  const people = [];
  // One after the other, because the queue of hashes is bounded.
  while (people.length < LOGINS) people.push(await registered(people.length));
  await timesOfMe(people[0].token, 1);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const idle = await timesOfMe(people[0].token, SECONDS);
    const ending = { over: false };
    let logins = 0;
    const load = people.map(async ({ email }) => {
      while (!ending.over) {
        if (await login(email)) logins += 1;
      }
    });
    const busy = await timesOfMe(people[0].token, SECONDS);
    ending.over = true;
    await Promise.all(load);
    report({ round, idle, busy, logins });
  }
}

function report({ round, idle, busy, logins }) {
  const at = (times, share) => times[Math.floor(times.length * share)];
  const milliseconds = (time) => `${time.toFixed(1)} ms`;
  const line = [
    `round ${round}: me idle p50 ${milliseconds(at(idle, 0.5))} p99 ${milliseconds(at(idle, 0.99))} (${idle.length} calls)`,
    `beside ${LOGINS} logins p50 ${milliseconds(at(busy, 0.5))} p99 ${milliseconds(at(busy, 0.99))} (${busy.length} calls)`,
    `${Math.round(logins / SECONDS)} logins/s`,
    `p99 ratio ${(at(busy, 0.99) / at(idle, 0.99)).toFixed(1)}`,
  ];
  process.stdout.write(`${line.join(' | ')}\n`);
}

/** Calls `me`, two at a time, and returns the sorted times in milliseconds. */
async function timesOfMe(token, seconds) {
  const times = [];
  const end = performance.now() + seconds * 1000;
  const client = async () => {
    while (performance.now() < end) {
      const began = performance.now();
      const { data } = await graphql('{ me { id phoneNumber email } }', {}, token);
      if (!data.me) throw new Error('me failed');
      times.push(performance.now() - began);
    }
  };
  await Promise.all([client(), client()]);
  return times.sort((a, b) => a - b);
}

async function registered(index) {
  const email = `bench${index}@example.com`;
  const input = {
    ...{ email, password: PASSWORD, passwordConfirm: PASSWORD, firstName: 'A', lastName: 'B' },
    phoneNumber: `+2556791901${String(index).padStart(2, '0')}`,
  };
  const query = `mutation ($input: RegisterInput!) {
    register(input: $input) {
      __typename ... on RegisterSuccess { tokens { accessToken } } ... on UserError { message }
    }
  }`;
  const { data } = await graphql(query, { input });
  if (!data.register.tokens) throw new Error(`register: ${JSON.stringify(data.register)}`);
  return { email, token: data.register.tokens.accessToken };
}

/** Whether the service had time for it. A refused client waits, as it is told to. */
async function login(identifier) {
  const query = 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }';
  const { data } = await graphql(query, { input: { identifier, password: PASSWORD } });
  if (data.login.__typename === 'TooManyRequestsError') {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return false;
  }
  if (data.login.__typename !== 'LoginSuccess') throw new Error(`login: ${data.login.__typename}`);
  return true;
}

function graphql(query, variables, token) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  return new Promise((resolve, reject) => {
    const call = request({ agent, host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers }, (response) => {
      text(response).then((body) => resolve(JSON.parse(body)), reject);
    });
    call.on('error', reject);
    call.end(JSON.stringify({ query, variables }));
  });
}

async function untilReady() {
  for (let tries = 0; tries < 400; tries += 1) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The service does not get ready.');
}

function freePort() {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
}
