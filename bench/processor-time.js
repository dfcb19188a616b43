/**
 * What a call costs: the processor time of the service and of PostgreSQL for one `requestOtp` of a new number, one
 * `verifyOtp` with the right code and one `me`, and the throughput. `npm run bench:cpu` starts the built service as a
 * user does and makes the load over HTTP. What the service does behind the answer, such as the send, counts.
 *
 * `npm run bench:cpu -- --service ../other-checkout` measures another checkout of the project in the same run, round by
 * round in turns, so that a change can be compared with the code before it on the same machine in the same state.
 * `--rounds 20` sets the number of rounds. Figures are medians of the rounds; the least one shows how much a busy machine adds.
 */
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { graphql } from './floor/dialects.js';
import { load, openConnections } from './floor/load.js';
import { startService } from './processor-time/service.js';
import { logStatements, longestStatement } from './processor-time/statements.js';
import { writtenAhead } from './processor-time/wal.js';

const { values: options } = parseArgs({
  options: { service: { type: 'string' }, rounds: { type: 'string', default: '12' } },
});
const ROUNDS = Number(options.rounds);
const WARM_UP_ROUNDS = 4;
/** Calls of one operation in one round; `me` is asked three times as often, because it costs so much less. */
const PORTION = 200;
const CONNECTIONS = 16;
/** As many people ask `me` again and again. */
const READERS = 10;
/** Milliseconds in which the service finishes what it does behind the last answer. */
const SETTLE = 300;
/** Milliseconds. A portion that takes longer hangs; a run that takes longer stops after the round. */
const PORTION_WITHIN = 60_000;
const RUN_WITHIN = 600_000;
/** Coprime to the number of numbers: neighbours in time are spread over the number ranges, as people are. */
const STRIDE = 7_654_321;
const NUMBERS = 10_000_000;

const checkouts = [{ name: 'this checkout', checkout: fileURLToPath(new URL('..', import.meta.url)) }];
if (options.service) checkouts.push({ name: 'other checkout', checkout: resolve(options.service) });
const services = [];
const samples = [];
let people = 0;

try {
  for (const each of checkouts) services.push(await startService(each));
  await measureRounds();
  for (const operation of ['requestOtp', 'verifyOtp', 'me']) report(operation);
  for (const service of services) await reportWrittenAhead(service);
  for (const service of services) await reportStatements(service);
} finally {
  for (const service of services) await service.stop();
}

async function measureRounds() {
  const deadline = performance.now() + RUN_WITHIN;
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS && performance.now() < deadline; round += 1) {
    // Another service begins in each round.
    for (const service of round % 2 ? services : services.toReversed()) {
      const taken = await measure(service);
      if (round >= 0) samples.push(...taken);
    }
  }
}

/** One round: new people ask for a code, type it, and read their accounts. */
async function measure(service) {
  const numbers = newNumbers(PORTION);
  const asked = await portion(service, 'requestOtp', requests(numbers));
  const verified = await portion(service, 'verifyOtp', await guesses(service, numbers));
  const tokens = verified.answers.slice(0, READERS).map((answer) => answer.tokens.accessToken);
  const reads = Array.from({ length: 3 * PORTION }, (_, index) => ({ token: tokens[index % READERS] }));
  const read = await portion(service, 'me', reads);
  return [asked, verified, read].map(({ sample }) => sample);
}

function newNumbers(count) {
  return Array.from({ length: count }, () => {
    people += 1;
    return `+977984${String((people * STRIDE) % NUMBERS).padStart(7, '0')}`;
  });
}

function requests(numbers) {
  return numbers.map((phoneNumber) => ({ input: { phoneNumber } }));
}

async function guesses({ gateway }, numbers) {
  const codes = await gateway.codesOf(numbers);
  return numbers.map((phoneNumber, index) => ({ input: { phoneNumber, otp: codes[index] } }));
}

async function portion(service, operation, calls) {
  // New ones each time: the service closes connections that wait for their turn too long.
  const sockets = openConnections(service.port, CONNECTIONS);
  const before = service.processor();
  const { milliseconds, bodies } = await within(PORTION_WITHIN, load(sockets, bytesOf(operation, calls)));
  for (const socket of sockets) socket.destroy();
  if (operation === 'requestOtp') await service.gateway.codesOf(calls.map(({ input }) => input.phoneNumber));
  await pause(SETTLE);
  const after = service.processor();
  const perCall = (who) => ((after[who] - before[who]) * 1000) / calls.length;
  const figures = { service: perCall('service'), postgres: perCall('postgres') };
  const perSecond = (calls.length * 1000) / milliseconds;
  return {
    answers: bodies.map((body) => graphql.read(operation, body)),
    sample: { name: service.name, operation, ...figures, perSecond },
  };
}

function bytesOf(operation, calls) {
  return calls.map(({ input, token }) => graphql.request(operation, input, token));
}

/** @throws when the work takes longer, so that a service that hangs does not hold the benchmark. */
async function within(milliseconds, work) {
  const timer = new AbortController();
  const late = pause(milliseconds, undefined, { signal: timer.signal }).then(() => {
    throw new Error('The service does not answer.');
  });
  late.catch(() => undefined);
  await Promise.race([work, late]);
  timer.abort();
  return work;
}

function report(operation) {
  for (const { name } of services) {
    const of = samples.filter((sample) => sample.name === name && sample.operation === operation);
    const inOrder = (key) => of.map((sample) => sample[key]).toSorted((a, b) => a - b);
    const figure = (key) => inOrder(key)[Math.floor(of.length / 2)];
    const cost = (key) => `${figure(key).toFixed(2)} ms (least ${inOrder(key)[0].toFixed(2)})`;
    const line = [
      `${operation.padEnd(10)} ${name.padEnd(14)}`,
      `service ${cost('service')}`,
      `PostgreSQL ${cost('postgres')}`,
      `${figure('perSecond').toFixed(0)}/s`,
    ];
    process.stdout.write(`${line.join(' | ')}\n`);
  }
}

async function reportWrittenAhead(service) {
  const numbers = newNumbers(PORTION);
  const asked = await writtenAhead(service, () => portion(service, 'requestOtp', requests(numbers)));
  const typed = await guesses(service, numbers);
  const verified = await writtenAhead(service, () => portion(service, 'verifyOtp', typed));
  const perCall = (count) => (count / PORTION).toFixed(2);
  const inWords = ({ bytes, pages, flushes }) =>
    `${(bytes / PORTION).toFixed(0)} bytes, ${perCall(pages)} whole pages, ${perCall(flushes)} flushes`;
  const line = `written ahead per call, ${service.name}: requestOtp ${inWords(asked)}; verifyOtp ${inWords(verified)}`;
  process.stdout.write(`${line}\n`);
}

async function reportStatements(service) {
  await logStatements(service);
  const numbers = newNumbers(READERS);
  const asked = await longestStatement(service, () => portion(service, 'requestOtp', requests(numbers)));
  const typed = await guesses(service, numbers);
  const verified = await longestStatement(service, () => portion(service, 'verifyOtp', typed));
  const inWords = ({ characters, parameters }) => `${characters} characters, ${parameters} parameters`;
  const line = `longest statement, ${service.name}: requestOtp ${inWords(asked)}; verifyOtp ${inWords(verified)}`;
  process.stdout.write(`${line}\n`);
}
