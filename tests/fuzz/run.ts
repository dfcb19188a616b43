import fc from 'fast-check';
import { type FuzzRequest, fuzzRequest } from './requests.js';
import { type FuzzAnswer, Wire } from './wire.js';

/** Made together: so that memory stays small, and an input can be found again by its number. */
const BATCH = 125;
/** Beyond these the service may close the connection without reading on. */
const BODY_LIMIT = 64 * 1024;
const HEADERS_LIMIT = 15 * 1024;
const MOST_FAILURES = 20;
/**
 * Milliseconds for which one input may keep the event loop busy. Most take less than 5, and a password hash runs beside the
 * loop. So nobody makes others wait.
 */
const MOST_BUSY_MS = 50;
/** Of a batch, the slowest answers are looked at alone. An input that keeps the loop busy also delays those beside it. */
const LOOKED_AT = 8;
/** Other processes use the machine, too. So the least of some tries counts. */
const TRIES = 4;

/** How long a service has worked so far, in milliseconds: its event loop, and all its threads. */
export interface BusyTime {
  readonly loop: number;
  readonly processor: number;
}

export interface FuzzOptions {
  readonly port: number;
  readonly seed: number;
  readonly inputs: number;
  readonly concurrency: number;
  busyTime(): Promise<BusyTime> | BusyTime;
  /** Called after each batch, for instance to look at the process; what it throws ends the run. */
  afterBatch?(done: number): Promise<void> | void;
}

export interface FuzzReport {
  readonly inputs: number;
  readonly seconds: number;
  /** How often each status came; 0 is a connection that was closed without one. */
  readonly statuses: Readonly<Record<string, number>>;
  /** How often each code was in an answer: which depths of the service were reached. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The time until the slowest answer came, with all that ran beside it. */
  readonly slowest: Answered;
  /** The input that kept the event loop busy for the longest time, sent alone. */
  readonly busiest: Answered;
  /** What must not happen, with the number of the input; the same seed and number make the same input. */
  readonly failures: readonly string[];
}

interface Answered {
  readonly ms: number;
  readonly number: number;
  readonly input: FuzzRequest | null;
}

const NONE: Answered = { ms: 0, number: 0, input: null };

/** Sends so many random requests, several at a time, and judges each answer. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { port, inputs, seed, concurrency } = options;
  const wire = new Wire(port, concurrency);
  const tally: Tally = { statuses: {}, outcomes: {}, slowest: NONE, busiest: NONE, failures: [] };
  const began = performance.now();
  let done = 0;
  try {
    while (done < inputs && tally.failures.length < MOST_FAILURES) {
      const first = done;
      const numRuns = Math.min(BATCH, inputs - first);
      const batch = fc.sample(fuzzRequest, { seed: seed + first, numRuns });
      const words = await somebody(port, `${seed}-${first}`);
      const queue = [...batch.entries()];
      const answered: Answered[] = [];
      const worker = async () => {
        for (let next = queue.shift(); next; next = queue.shift()) {
          answered.push(await one({ wire, input: next[1], number: first + next[0], words, tally }));
        }
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
      await lookAtSlowest(answered, { wire, words, tally, busyTime: options.busyTime });
      done += numRuns;
      await options.afterBatch?.(done);
    }
  } finally {
    wire.close();
  }
  return { ...tally, inputs: done, seconds: (performance.now() - began) / 1000 };
}

interface Tally {
  readonly statuses: Record<string, number>;
  readonly outcomes: Record<string, number>;
  slowest: Answered;
  busiest: Answered;
  readonly failures: string[];
}

/** Sends the slowest inputs of a batch again, one at a time, to see which of them keeps the event loop busy. */
async function lookAtSlowest(
  answered: readonly Answered[],
  looking: Pick<FuzzOptions, 'busyTime'> & { wire: Wire; words: Record<string, string>; tally: Tally },
): Promise<void> {
  const { tally } = looking;
  const slow = answered.filter(({ ms }) => ms > MOST_BUSY_MS).sort((one, other) => other.ms - one.ms);
  for (const { number, input } of slow.slice(0, LOOKED_AT)) {
    if (!input) continue;
    const ms = await busyWith(input, looking);
    if (ms > tally.busiest.ms) tally.busiest = { ms, number, input };
    if (ms > MOST_BUSY_MS)
      tally.failures.push(`#${number} kept the loop busy for ${Math.round(ms)} ms: ${shown(input)}`);
  }
}

/** Both figures of a try are too high: the loop waits for a processor, and other threads work beside it. */
async function busyWith(
  input: FuzzRequest,
  { busyTime, wire, words }: Pick<FuzzOptions, 'busyTime'> & { wire: Wire; words: Record<string, string> },
): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let tried = 0; tried < TRIES && least > MOST_BUSY_MS; tried += 1) {
    const before = await busyTime();
    await wire.send(input, words);
    const after = await busyTime();
    least = Math.min(least, after.loop - before.loop, after.processor - before.processor);
  }
  return least;
}

async function one(parts: {
  wire: Wire;
  input: FuzzRequest;
  number: number;
  words: Record<string, string>;
  tally: Tally;
}): Promise<Answered> {
  const { wire, input, number, words, tally } = parts;
  const began = performance.now();
  const answer = await wire.send(input, words);
  const answered = { ms: performance.now() - began, number, input };
  if (answered.ms > tally.slowest.ms) tally.slowest = answered;
  count(tally.statuses, String(answer.status));
  for (const [, name = ''] of answer.body.matchAll(/"(?:code|__typename)":"([A-Z]\w*(?:Success|Error|[A-Z_]{4,}))"/g)) {
    count(tally.outcomes, name);
  }
  const wrong = verdict(input, answer);
  if (wrong) tally.failures.push(`#${number} ${wrong}: ${shown(input)} → ${answer.body.slice(0, 500)}`);
  return answered;
}

/** What is wrong with an answer, or null. */
function verdict(input: FuzzRequest, { status, body, hung }: FuzzAnswer): string | null {
  if (hung) return 'no answer within 5 s';
  if (status >= 500) return `status ${status}`;
  if (/INTERNAL_SERVER_ERROR|SERVICE_UNAVAILABLE/.test(body)) return 'a surprise in the body';
  if (/node_modules|\bat \w+ \(|\.[jt]s:\d/.test(body)) return 'insides in the body';
  const mayClose = input.kind === 'bytes' || input.body.length > BODY_LIMIT || headLength(input) > HEADERS_LIMIT;
  return status === 0 && !mayClose ? 'the connection was closed' : null;
}

/** Bytes of path and headers, tokens not filled in: Node's client writes them as UTF-8 when a body comes along. */
function headLength({ path, headers }: Extract<FuzzRequest, { kind: 'http' }>): number {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return Buffer.byteLength([path, ...lines].join('\r\n'));
}

export function shown(input: FuzzRequest): string {
  if (input.kind === 'bytes') return JSON.stringify(Buffer.from(input.bytes).toString('latin1').slice(0, 500));
  const { method, path, headers, body } = input;
  return JSON.stringify({ method, path: path.slice(0, 500), headers, body: String(body).slice(0, 2_000) }).slice(
    0,
    4_000,
  );
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** Registers somebody for a batch: those before may have been signed out by it. */
async function somebody(port: number, name: string): Promise<Record<string, string>> {
  const password = 'SecurePassword123!';
  const input = {
    ...{ phoneNumber: '+9779800000000', email: `fuzz-${name}@example.com`, firstName: 'A', lastName: 'B' },
    ...{ password, passwordConfirm: password },
  };
  const query = `mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess {
    tokens { accessToken refreshToken } user { sessions { id } }
  } } }`;
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const { data } = (await response.json()) as {
    data: { register: { tokens: Record<string, string>; user: { sessions: { id: string }[] } } };
  };
  return { ...data.register.tokens, sessionId: data.register.user.sessions[0]?.id ?? '', cursor: 'WzFd' };
}
