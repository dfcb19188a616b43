/**
 * `npm run bench:passkeys` measures what a sign-in by passkey costs beside one by code. The same people sign in again on a device
 * that the service knows, in turns by `requestOtp` and `verifyOtp`, and by `startPasskeySignIn` and `finishPasskeySignIn`. Each round has
 * people of its own, who sign in once in each way: rows that change again and again within minutes would slow PostgreSQL down. Service and
 * PostgreSQL have one core, this process has another one: it signs in place of the authenticators, and its time does not count.
 *
 * A real provider also reports that the code is on the phone, before it is typed. So sign-ins by code are measured twice: without
 * these reports and with them.
 *
 * It prints the processor time of service and PostgreSQL for each call, and the throughput of each way. Figures are
 * medians of five rounds; `--rounds 9` makes more. `--service ../other-checkout` measures another checkout in the same run.
 * With `--profile`, each service writes a processor profile to the working folder when it stops.
 */
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SoftwareAuthenticator } from '../tests/support/passkeys/authenticator.ts';
import { load, openConnections } from './floor/load.js';
import { DELIVERY_REPORT, read, request } from './passkeys/calls.js';
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
/** Of each round. */
const PEOPLE = 200;
/** As many calls of each operation as `npm run bench` makes before it counts (docs/decisions/0065). */
const WARM_UP_ROUNDS = Math.ceil(2_500 / PEOPLE);
/** What is written ahead for each way is measured after the rounds. */
const GROUPS = WARM_UP_ROUNDS + ROUNDS + 1;
const CONNECTIONS = 16;
/** Milliseconds in which the service finishes what it does behind the last answer. */
const SETTLE = 300;
/** Seconds until a number gets the next message. A round takes longer. */
const COOLDOWN = 1;
const WAYS = {
  code: { name: 'send + verify', calls: ['requestOtp', 'verifyOtp'], signIn: signInByCode },
  reported: {
    name: 'send + report + verify',
    calls: ['requestOtp', DELIVERY_REPORT, 'verifyOtp'],
    signIn: signInByReportedCode,
  },
  passkey: { name: 'passkey', calls: ['startPasskeySignIn', 'finishPasskeySignIn'], signIn: signInByPasskey },
};
const limits = { OTP_RESEND_COOLDOWN: String(COOLDOWN), OTP_SENDS_PER_HOUR: '1000', OTP_SENDS_PER_DAY: '1000' };
const execArgv = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${process.cwd()}`] : [];
const checkouts = [{ name: 'this checkout', checkout: fileURLToPath(new URL('..', import.meta.url)) }];
if (options.service) checkouts.push({ name: 'other checkout', checkout: resolve(options.service) });
const services = [];
/** For each service, who signs in: a group for each round. */
const people = new Map();
const samples = [];

try {
  const apart = await onACoreOfItsOwn(async () => {
    for (const each of checkouts) services.push(await startService({ ...each, env: limits, execArgv }));
  });
  for (const service of services) people.set(service, await signUpAll(service));
  await measureRounds();
  print(apart ? 'Service and PostgreSQL have one core.' : 'Service, PostgreSQL and the load share all cores.');
  for (const service of services) report(service.name);
  for (const service of services) {
    for (const way of Object.keys(WAYS)) await reportWrittenAhead(service, way);
  }
} finally {
  for (const service of services) await service.stop();
}

async function measureRounds() {
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    // Services and ways take turns in going first.
    for (const service of turned(services, round)) {
      for (const way of turned(Object.keys(WAYS), round)) {
        const sample = await WAYS[way].signIn(service, people.get(service)[round + WARM_UP_ROUNDS]);
        if (round >= 0) samples.push({ ...sample, name: service.name, way });
      }
    }
  }
}

function turned(list, round) {
  return round % 2 ? list : list.toReversed();
}

async function signUpAll(service) {
  const groups = [];
  while (groups.length < GROUPS) groups.push(await signUp(service, numbersOf(groups.length)));
  return groups;
}

function numbersOf(group) {
  return Array.from({ length: PEOPLE }, (_, index) => {
    const line = ((group * PEOPLE + index) * 7_919) % 10_000_000;
    return `+977984${String(line).padStart(7, '0')}`;
  });
}

/** Everybody has an account, a device that the service knows, and a passkey. */
async function signUp(service, numbers) {
  const { answers } = await signInByCode(
    service,
    numbers.map((phoneNumber) => ({ phoneNumber })),
  );
  const tokens = answers.map((answer) => answer.tokens.accessToken);
  const asked = tokens.map((token) => ({ token }));
  const started = await portion(service, 'startPasskeyRegistration', asked);
  const origin = `http://localhost:${service.port}`;
  const signedUp = answers.map(({ deviceToken }, index) => {
    return { phoneNumber: numbers[index], deviceToken, authenticator: new SoftwareAuthenticator({ origin }) };
  });
  const registrations = signedUp.map(({ authenticator }, index) => {
    const response = authenticator.register(started.answers[index].options);
    return { token: tokens[index], input: { response } };
  });
  await portion(service, 'finishPasskeyRegistration', registrations);
  return signedUp;
}

async function signInByCode(service, users) {
  return together([await send(service, users), await verify(service, users)]);
}

async function signInByReportedCode(service, users) {
  const asked = await send(service, users);
  const reports = numbersIn(users).map((number) => ({ report: service.gateway.reportOf(number) }));
  const reported = await portion(service, DELIVERY_REPORT, reports);
  return together([asked, reported, await verify(service, users)]);
}

async function send(service, users) {
  await pause(COOLDOWN * 1000);
  service.gateway.forget();
  const requests = users.map(({ phoneNumber }) => ({ input: { phoneNumber } }));
  return portion(service, 'requestOtp', requests, () => service.gateway.codesOf(numbersIn(users)));
}

function numbersIn(users) {
  return users.map(({ phoneNumber }) => phoneNumber);
}

async function verify(service, users) {
  const codes = await service.gateway.codesOf(numbersIn(users));
  const guesses = users.map(({ phoneNumber, deviceToken }, index) => {
    return { input: { phoneNumber, otp: codes[index], deviceToken } };
  });
  return portion(service, 'verifyOtp', guesses);
}

async function signInByPasskey(service, users) {
  const requests = users.map(() => ({ input: {} }));
  const started = await portion(service, 'startPasskeySignIn', requests);
  const shown = users.map(({ authenticator, deviceToken }, index) => {
    return { input: { response: authenticator.signIn(started.answers[index].options), deviceToken } };
  });
  return together([started, await portion(service, 'finishPasskeySignIn', shown)]);
}

function together(portions) {
  const milliseconds = portions.reduce((sum, portion) => sum + portion.milliseconds, 0);
  return { answers: portions.at(-1).answers, costs: portions.map(({ cost }) => cost), milliseconds };
}

/**
 * What the service does behind the answers, such as the send, counts as processor time.
 * @param until resolves when the longest of that is done
 */
async function portion(service, operation, calls, until = async () => undefined) {
  const requests = calls.map((call) => request(operation, call));
  // New ones each time: the service closes connections that wait for their turn too long.
  const sockets = openConnections(service.port, CONNECTIONS);
  const before = service.processor();
  const { heads, bodies, milliseconds } = await load(sockets, requests);
  for (const socket of sockets) socket.destroy();
  await until();
  await pause(SETTLE);
  const after = service.processor();
  const perCall = (who) => ((after[who] - before[who]) * 1000) / calls.length;
  const cost = { service: perCall('service'), postgres: perCall('postgres') };
  const answers = bodies.map((body, index) => read(operation, { head: heads[index], body }));
  return { answers, cost, milliseconds };
}

function report(name) {
  print(`${name}:`);
  const [code, reported, passkey] = ['code', 'reported', 'passkey'].map((way) => reportWay(name, way));
  compare('without delivery reports', code, passkey);
  compare('with delivery reports', reported, passkey);
}

function compare(which, code, passkey) {
  const cheaper = (code.total / passkey.total).toFixed(2);
  const faster = (passkey.perSecond / code.perSecond).toFixed(2);
  print(
    `${which}: a code costs ${cheaper} times as much as a passkey; throughput of passkeys: ${faster} times as high`,
  );
}

function reportWay(service, way) {
  const { name, calls } = WAYS[way];
  const of = samples.filter((sample) => sample.name === service && sample.way === way);
  for (const [place, call] of calls.entries()) {
    const cost = (who) => inWords(median(of.map(({ costs }) => costs[place][who])));
    print(`${call.padEnd(22)} service ${cost('service')} | PostgreSQL ${cost('postgres')}`);
  }
  const total = median(of.map(({ costs }) => costs.reduce((sum, cost) => sum + cost.service + cost.postgres, 0)));
  const perSecond = median(of.map(({ milliseconds }) => (PEOPLE * 1000) / milliseconds));
  print(`${name.padEnd(22)} ${inWords(total)} of processor time | ${perSecond.toFixed(0)} sign-ins a second`);
  return { total, perSecond };
}

async function reportWrittenAhead(service, way) {
  const work = () => WAYS[way].signIn(service, people.get(service).at(-1));
  const { bytes, pages, flushes } = await writtenAhead(service, work);
  const perSignIn = (count) => (count / PEOPLE).toFixed(2);
  const line = `${(bytes / PEOPLE).toFixed(0)} bytes, ${perSignIn(pages)} whole pages, ${perSignIn(flushes)} flushes`;
  print(`written ahead per sign-in, ${service.name}, ${WAYS[way].name}: ${line}`);
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
