/**
 * `npm run bench:delivery` measures what callers and providers notice while a provider misbehaves. The built service
 * runs in its own process with the route `SMS=twilio,webhook`. Both providers are servers in this process. For each
 * kind of misbehaviour it prints:
 * - how long requestOtp took to answer (aim: below 100 ms)
 * - how long after the failure the second provider had the message with the same code (aim: 3 s)
 * - how many requests the providers got for how many messages, because a failure must not cause a storm of requests
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MESSAGES = 20;
/** Milliseconds between two requests for a code. */
const BETWEEN = 100;
/** Milliseconds to wait for messages under way. */
const PATIENCE = 25_000;
const ACCOUNT = `AC${'0'.repeat(32)}`;

const error = (status, code) => (response) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ code, status, message: '' }));
};
/** The answers of the first provider. */
const misbehaviours = {
  'answers as it should': (response) => {
    const sid = `SM${'0'.repeat(32)}`;
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ sid, status: 'queued' }));
  },
  'takes 5 s, then 500': (response) => void setTimeout(() => error(500, 20500)(response), 5_000),
  500: error(500, 20500),
  429: error(429, 20429),
  400: error(400, 21617),
  garbage: (response) => response.writeHead(201, { 'content-type': 'text/html' }).end('<html>'),
  'closes the connection': (response) => response.destroy(),
  'never answers': () => undefined,
};

for (const [name, misbehave] of Object.entries(misbehaviours)) await measure(name, misbehave);

async function measure(name, misbehave) {
  /**
   * By phone number: the code and the end of the first attempt at the first provider; the code and time at the second.
   */
  const first = new Map();
  const second = new Map();
  let [toFirst, looks] = [0, 0];
  const twilio = await listen(async (request, response) => {
    if (request.method === 'GET') {
      looks += 1;
      const page = { messages: [], page: 0, page_size: 50, uri: '', first_page_uri: '', next_page_uri: null };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page));
      return;
    }
    toFirst += 1;
    const form = new URLSearchParams(await text(request));
    const attempt = { code: /\d{6}/.exec(form.get('Body') ?? '')?.[0], failedAt: null };
    const to = form.get('To');
    if (!first.has(to)) first.set(to, attempt);
    // The attempt fails when the answer is sent, or when the service closes the connection.
    response.on('close', () => {
      attempt.failedAt ??= performance.now();
    });
    misbehave(response);
  });
  const gateway = await listen(async (request, response) => {
    const { code, to } = messageIn(JSON.parse(await text(request)));
    second.set(to, { code, at: performance.now(), times: (second.get(to)?.times ?? 0) + 1 });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const service = await start(twilio.url, gateway.url);
  try {
    await service.ask('+255679190799');
    const answers = [];
    for (let person = 0; person < MESSAGES; person += 1) {
      answers.push(await service.ask(`+2556791908${String(person).padStart(2, '0')}`));
      await pause(BETWEEN);
    }
    const numbers = Array.from({ length: MESSAGES }, (_, person) => `+2556791908${String(person).padStart(2, '0')}`);
    const failing = name !== 'answers as it should';
    const deadline = performance.now() + PATIENCE;
    while (failing && numbers.some((each) => !second.has(each)) && performance.now() < deadline) await pause(100);
    report(name, { answers, numbers, first, second, toFirst, looks });
  } finally {
    await service.stop();
    await Promise.all([twilio.close(), gateway.close()]);
  }
}

function report(name, { answers, numbers, first, second, toFirst, looks }) {
  const times = answers.map(({ took }) => took).sort((a, b) => a - b);
  const sent = answers.filter(({ kind }) => kind === 'RequestOtpSuccess').length;
  const both = numbers.filter((each) => first.get(each)?.failedAt && second.has(each));
  const gaps = both.map((each) => (second.get(each).at - first.get(each).failedAt) / 1000);
  const sameCode = both.filter((each) => first.get(each).code === second.get(each).code).length;
  const ms = (value) => `${value.toFixed(0)} ms`;
  const lines = [
    `${name}:`,
    `  answers: ${sent} of ${answers.length} sent, median ${ms(times[times.length >> 1])}, slowest ${ms(times.at(-1))}`,
    `  requests for ${MESSAGES + 1} messages: ${toFirst} sends and ${looks} look-ups at the first provider, ${[...second.values()].reduce((sum, { times: n }) => sum + n, 0)} at the second`,
  ];
  if (both.length > 0) {
    lines.push(
      `  second provider after the first one's failure: slowest ${Math.max(...gaps).toFixed(2)} s of ${both.length}, same code ${sameCode} times`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** The part of the body that has code and phone number. */
function messageIn(body) {
  const found = [body, ...Object.values(body)].find((each) => each && typeof each === 'object' && 'code' in each);
  return found;
}

async function start(twilioUrl, gatewayUrl) {
  const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-bench-'));
  const port = await freePort();
  const child = spawn(process.execPath, [fileURLToPath(new URL('../scripts/start.js', import.meta.url))], {
    cwd: folder,
    env: {
      PORT: String(port),
      FIELD_RATE_LIMIT: '1000000',
      HTTP_RATE_LIMIT: '1000000',
      SMS_PROVIDER: 'twilio',
      DELIVERY_ROUTES: 'SMS=twilio,webhook',
      TWILIO_ACCOUNT_SID: ACCOUNT,
      TWILIO_AUTH_TOKEN: 'bench',
      TWILIO_PHONE_NUMBER: '+15005550006',
      TWILIO_BASE_URL: twilioUrl,
      WEBHOOK_URL: gatewayUrl,
      WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 'bench').toString('base64')}`,
      PUMPING_GUARD: 'off',
      LOG_LEVEL: 'fatal',
    },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) break;
    if (tries > 300) throw new Error('The service did not start.');
    await pause(100);
  }
  return {
    async ask(phoneNumber) {
      const query = 'mutation ($n: String!) { requestOtp(input: { phoneNumber: $n }) { __typename } }';
      const began = performance.now();
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables: { n: phoneNumber } }),
      });
      const { data } = await response.json();
      return { took: performance.now() - began, kind: data?.requestOtp?.__typename };
    },
    async stop() {
      const ended = new Promise((resolve) => child.on('close', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listen(handle) {
  const server = createServer((request, response) => void handle(request, response));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createTcpServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
