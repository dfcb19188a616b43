import { progress } from '../scripts/long-command.js';
import { freshAddress, rentedNetwork } from './addresses.js';
import type { Part } from './part.js';
import type { Instance, Target } from './target.js';

/** Requests of one IPv6 /56 in a minute, low enough for this run to spend those of a /48 soon. */
const PER_NETWORK = 150;
/** What an IPv6 /48 may send, in networks of the narrowest kind. */
const TIMES_OF_A_48 = 4;
const FLOOD = 3_000;
/** Requests of the attacker under way at once. */
const PARALLEL = 4;
/** Calls of other people whose time is taken. */
const HONEST = 200;
/** Others' calls may take so many times as long during the flood. */
const SLOWER = 2;
/** Tries before a slow answer counts: other programs of this machine disturb a measurement. */
const TRIES = 3;

/** Long to parse, and it calls no field of the service. */
const EMPTY_WORK = `{"query":"{ ${'__typename '.repeat(450)}}","variables":{"a":${'['.repeat(15_000)}${']'.repeat(15_000)}}}`;
const HONEST_CALL = JSON.stringify({ query: '{ cities(first: 10) { edges { node { name } } } }' });

interface RequestFigures {
  readonly sent: number;
  readonly read: number;
  readonly readAim: number;
  /** Milliseconds, medians. */
  readonly quiet: number;
  readonly flooded: number;
}

/** Documents that run nothing, from an attacker who rents an IPv6 /48. Each request comes from another /56. */
export async function attackRequests(instance: Instance): Promise<Part<RequestFigures>> {
  const target = await instance.open({ env: { HTTP_RATE_LIMIT: String(PER_NETWORK) }, wide: true });
  const address = rentedNetwork();
  progress('documents that run nothing, from one IPv6 /48');
  const read = await flood(target, address, FLOOD);
  let times = await timesOf(target, address);
  for (let tried = 1; tried < TRIES && times.flooded > SLOWER * times.quiet; tried += 1) {
    times = await timesOf(target, address);
  }
  const readAim = PER_NETWORK * TIMES_OF_A_48;
  const figures = { sent: FLOOD, read, readAim, ...times };
  const met = read <= readAim && times.flooded <= SLOWER * times.quiet;
  return { name: 'requests that call no field', met, figures, lines: linesOf(figures) };
}

/** Sends requests one after the other on each of the connections. Returns how many were read. */
async function flood({ api }: Target, address: () => string, most: number, going = () => true): Promise<number> {
  let [sent, read] = [0, 0];
  const worker = async () => {
    while (sent < most && going()) {
      sent += 1;
      const answer = await api.send(EMPTY_WORK, { address: address() });
      if (!answer.includes('"RATE_LIMITED"')) read += 1;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return read;
}

/** How long other people's calls take before and during a flood that is beyond its limit. */
async function timesOf(target: Target, address: () => string): Promise<Pick<RequestFigures, 'quiet' | 'flooded'>> {
  const quiet = await honestCalls(target);
  let isOver = false;
  const flooding = flood(target, address, Number.POSITIVE_INFINITY, () => !isOver);
  const flooded = await honestCalls(target);
  isOver = true;
  await flooding;
  return { quiet, flooded };
}

async function honestCalls({ api }: Target): Promise<number> {
  const times: number[] = [];
  for (let call = 0; call < HONEST; call += 1) {
    const before = performance.now();
    await api.send(HONEST_CALL, { address: freshAddress() });
    times.push(performance.now() - before);
  }
  return times.sort((a, b) => a - b)[HONEST / 2] ?? 0;
}

function linesOf({ sent, read, readAim, quiet, flooded }: RequestFigures): string[] {
  return [
    `  ${sent} requests from one IPv6 /48 within a minute: ${read} read; aim: at most ${readAim}`,
    `  a call of somebody else takes ${quiet.toFixed(1)} ms, during the flood ${flooded.toFixed(1)} ms; aim: at most ${SLOWER} times as long`,
  ];
}
