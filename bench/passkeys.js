/**
 * `npm run bench:passkeys` measures what a sign-in by passkey costs beside one by code. The same people sign in again on a device
 * that the service knows, in turns by `requestOtp` and `verifyOtp`, and by `startPasskeySignIn` and `finishPasskeySignIn`. Service and
 * PostgreSQL have one core, this process has another one: it signs in place of the authenticators, and its time does not count.
 *
 * It prints the processor time of service and PostgreSQL for each call, and the throughput of both ways. Figures are
 * medians of five rounds; `--rounds 9` makes more. `--service ../other-checkout` measures another checkout.
 * With `--profile`, the service writes a processor profile to the working folder when it stops.
 */
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SoftwareAuthenticator } from '../tests/support/passkeys/authenticator.ts';
import { load, openConnections } from './floor/load.js';
import { read, request } from './passkeys/calls.js';
import { onACoreOfItsOwn } from './passkeys/cores.js';
import { startService } from './processor-time/service.js';
import { writtenAhead } from './processor-time/wal.js';

const { values: options } = parseArgs({
  options: {
    service: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    profile: { type: 'boolean', default: false },
  },
});
const ROUNDS = Number(options.rounds);
const WARM_UP_ROUNDS = 3;
const PEOPLE = 200;
const CONNECTIONS = 16;
/** Milliseconds in which the service finishes what it does behind the last answer. */
const SETTLE = 300;
/** Seconds until a number gets the next message. A round takes longer. */
const COOLDOWN = 1;
const WAYS = {
  code: { name: 'send + verify', calls: ['requestOtp', 'verifyOtp'], signIn: signInByCode },
  passkey: { name: 'passkey', calls: ['startPasskeySignIn', 'finishPasskeySignIn'], signIn: signInByPasskey },
};
const numbers = Array.from({ length: PEOPLE }, (_, index) => `+977984${String(index * 7_919).padStart(7, '0')}`);

const checkout = options.service ? resolve(options.service) : fileURLToPath(new URL('..', import.meta.url));
const execArgv = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${process.cwd()}`] : [];
const env = { OTP_RESEND_COOLDOWN: String(COOLDOWN), OTP_SENDS_PER_HOUR: '1000', OTP_SENDS_PER_DAY: '1000' };
const start = () => startService({ name: 'service', checkout, env, execArgv });
const { result: service, apart } = await onACoreOfItsOwn(start);
const samples = { code: [], passkey: [] };

try {
  const people = await signUp();
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    // The two ways take turns in going first.
    const ways = Object.keys(WAYS);
    for (const way of round % 2 ? ways : ways.toReversed()) {
      const sample = await WAYS[way].signIn(people);
      if (round >= 0) samples[way].push(sample);
    }
  }
  report();
  for (const way of Object.keys(WAYS)) await reportWrittenAhead(way, people);
} finally {
  await service.stop();
}

/** Everybody has an account, a device that the service knows, and a passkey. */
async function signUp() {
  const { answers } = await signInByCode(numbers.map((phoneNumber) => ({ phoneNumber })));
  const tokens = answers.map((answer) => answer.tokens.accessToken);
  const started = await portion(
    'startPasskeyRegistration',
    tokens.map((token) => ({ token })),
  );
  const people = answers.map(({ deviceToken }, index) => {
    const origin = `http://localhost:${service.port}`;
    return { phoneNumber: numbers[index], deviceToken, authenticator: new SoftwareAuthenticator({ origin }) };
  });
  const registrations = people.map(({ authenticator }, index) => {
    const response = authenticator.register(started.answers[index].options);
    return { token: tokens[index], input: { response } };
  });
  await portion('finishPasskeyRegistration', registrations);
  return people;
}

async function signInByCode(people) {
  await pause(COOLDOWN * 1000);
  service.gateway.forget();
  const requests = people.map(({ phoneNumber }) => ({ input: { phoneNumber } }));
  const asked = await portion('requestOtp', requests);
  const codes = await service.gateway.codesOf(numbers);
  const guesses = people.map(({ phoneNumber, deviceToken }, index) => {
    return { input: { phoneNumber, otp: codes[index], deviceToken } };
  });
  const verified = await portion('verifyOtp', guesses);
  return together(asked, verified);
}

async function signInByPasskey(people) {
  const started = await portion(
    'startPasskeySignIn',
    people.map(() => ({ input: {} })),
  );
  const shown = people.map(({ authenticator, deviceToken }, index) => {
    return { input: { response: authenticator.signIn(started.answers[index].options), deviceToken } };
  });
  return together(started, await portion('finishPasskeySignIn', shown));
}

function together(first, second) {
  const { answers } = second;
  return { answers, costs: [first.cost, second.cost], milliseconds: first.milliseconds + second.milliseconds };
}

/** What the service does behind the answers, such as the send, counts as processor time. */
async function portion(operation, calls) {
  const requests = calls.map((call) => request(operation, call));
  // New ones each time: the service closes connections that wait for their turn too long.
  const sockets = openConnections(service.port, CONNECTIONS);
  const before = service.processor();
  const { bodies, milliseconds } = await load(sockets, requests);
  for (const socket of sockets) socket.destroy();
  if (operation === 'requestOtp') await service.gateway.codesOf(numbers);
  await pause(SETTLE);
  const after = service.processor();
  const perCall = (who) => ((after[who] - before[who]) * 1000) / calls.length;
  const cost = { service: perCall('service'), postgres: perCall('postgres') };
  return { answers: bodies.map((body) => read(operation, body)), cost, milliseconds };
}

function report() {
  const [code, passkey] = Object.entries(WAYS).map(([way, { name, calls }]) => {
    for (const [place, call] of calls.entries()) {
      const cost = (who) => median(samples[way].map(({ costs }) => costs[place][who]));
      print(`${call.padEnd(20)} service ${inWords(cost('service'))} | PostgreSQL ${inWords(cost('postgres'))}`);
    }
    const total = median(
      samples[way].map(({ costs }) => costs.reduce((sum, each) => sum + each.service + each.postgres, 0)),
    );
    const perSecond = median(samples[way].map(({ milliseconds }) => (PEOPLE * 1000) / milliseconds));
    const where = apart ? 'one core for service and PostgreSQL' : 'on all cores, with the load';
    print(
      `${name.padEnd(20)} ${inWords(total)} of processor time | ${perSecond.toFixed(0)} sign-ins a second, ${where}`,
    );
    return { total, perSecond };
  });
  const ratios = [code.total / passkey.total, passkey.perSecond / code.perSecond].map((ratio) => ratio.toFixed(2));
  print(
    `send + verify costs ${ratios[0]} times as much as a passkey; throughput of passkeys ${ratios[1]} times that of codes`,
  );
}

async function reportWrittenAhead(way, people) {
  const { bytes, pages, flushes } = await writtenAhead(service, () => WAYS[way].signIn(people));
  const perSignIn = (count) => (count / PEOPLE).toFixed(2);
  const line = `${(bytes / PEOPLE).toFixed(0)} bytes, ${perSignIn(pages)} whole pages, ${perSignIn(flushes)} flushes`;
  print(`written ahead per sign-in, ${WAYS[way].name}: ${line}`);
}

function inWords(milliseconds) {
  return `${milliseconds.toFixed(2)} ms`;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
