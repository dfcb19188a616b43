import { setTimeout as pause } from 'node:timers/promises';
import { load, openConnections } from '../floor/load.js';
import { MIX, OPERATIONS } from './operations.js';
import { newForms, newNumbers } from './people.js';

const CONNECTIONS = 16;
/** Password hashes wait in a bounded queue. */
const CONNECTIONS_OF_HASHES = 4;
/** Milliseconds in which a subject finishes what it does behind the last answer. */
const SETTLE = 300;
/** Milliseconds, a little longer than OTP_RESEND_COOLDOWN. */
const COOLDOWN = 1_100;
/** Milliseconds. A portion that takes longer hangs. */
const PORTION_WITHIN = 120_000;
const PASSWORD = 'a password for the benchmark';

/**
 * One turn of a subject: new people ask for codes, type wrong and right ones, come back, read their accounts, and so on.
 * @param options `calls`: how many of each operation; `knownNumbers`: gives numbers that have accounts, otherwise they are those
 *   who have just signed up; `around`: wraps each portion; `eachCall`: wraps each call
 * @returns samples by keys of OPERATIONS, of those that the subject has
 */
export async function takeTurn(subject, options) {
  const turn = new Turn(subject, options);
  await turn.codes();
  await turn.reads();
  await turn.passwords();
  if (subject.adapter.operations.includes('refreshSession')) await turn.mix();
  return turn.samples;
}

class Turn {
  samples = {};
  #subject;
  #options;
  #newcomers;
  #known;
  /** Tokens of those who are signed in. */
  #tokens;

  constructor(subject, options) {
    this.#subject = subject;
    this.#options = options;
    this.#newcomers = newNumbers(options.calls);
    this.#known = options.knownNumbers?.(options.calls) ?? this.#newcomers;
  }

  async codes() {
    const { adapter } = this.#subject;
    await this.#portion('requestOtpNew', requests(this.#newcomers));
    const codes = await adapter.codesOf(this.#subject.sql, this.#newcomers);
    await this.#portion('verifyOtpWrong', guesses(this.#newcomers, codes.map(another)));
    (await this.#portion('verifyOtpFirst', guesses(this.#newcomers, codes))).forEach(signedIn);
    await pause(COOLDOWN);
    await this.#portion('requestOtpKnown', requests(this.#known));
    const again = await adapter.codesOf(this.#subject.sql, this.#known);
    const answers = await this.#portion('verifyOtpRight', guesses(this.#known, again));
    this.#tokens = answers.map((answer) => signedIn(answer).tokens);
  }

  async reads() {
    const { issuerPort } = this.#subject;
    if (issuerPort) {
      const issued = await this.#ask(this.#tokens.map(refresh), { port: issuerPort });
      this.#tokens = issued.answers.map(({ tokens }) => tokens);
    }
    const calls = this.#tokens.map(({ accessToken }) => ({ operation: 'me', token: accessToken }));
    await this.#portion('meNew', calls);
    await this.#portion('meSeen', calls);
    if (!this.#subject.adapter.operations.includes('refreshSession')) return;
    const answers = await this.#portion('refreshSession', this.#tokens.map(refresh));
    this.#tokens = answers.map(({ tokens }) => tokens);
  }

  async passwords() {
    if (!this.#subject.adapter.operations.includes('register')) return;
    const forms = newForms(this.#count('register'), PASSWORD);
    await this.#portion(
      'register',
      forms.map((input) => ({ operation: 'register', input })),
      CONNECTIONS_OF_HASHES,
    );
    const logins = forms.map(({ email }) => ({ operation: 'login', input: { identifier: email, password: PASSWORD } }));
    await this.#portion('login', logins, CONNECTIONS_OF_HASHES);
  }

  /** People read their accounts with the tokens that they have just got, so each of these is new once. */
  async mix() {
    const { calls } = this.#options;
    const counts = Object.fromEntries(Object.entries(MIX).map(([name, share]) => [name, Math.round(calls * share)]));
    const typing = this.#known.slice(0, counts.verifyOtp);
    const asking = this.#known.slice(counts.verifyOtp, counts.verifyOtp + counts.requestOtp);
    await pause(COOLDOWN);
    await this.#ask(requests(typing));
    const typed = guesses(typing, await this.#subject.adapter.codesOf(this.#subject.sql, typing));
    const refreshes = this.#tokens.slice(0, counts.refreshSession).map(refresh);
    const others = [...typed, ...requests(asking), ...refreshes];
    const readers = this.#tokens.slice(counts.refreshSession, counts.refreshSession + Math.ceil(calls / 10));
    const reads = Array.from({ length: calls - others.length }, (_, index) => ({
      ...{ operation: 'me', token: readers[index % readers.length].accessToken },
    }));
    await this.#portion('mix', shuffled([...others, ...reads]));
  }

  #count(key) {
    return Math.max(4, Math.round(this.#options.calls * OPERATIONS[key].share));
  }

  async #portion(key, calls, connections = CONNECTIONS) {
    const { around = (_, work) => work() } = this.#options;
    return around(key, async () => {
      const { sql } = this.#subject;
      const walBefore = await walPosition(sql);
      const before = this.#subject.processor();
      const { milliseconds, times, answers } = await this.#askAll(key, calls, connections);
      await pause(SETTLE);
      const after = this.#subject.processor();
      const walBytes = (await walPosition(sql)) - walBefore;
      const used = (who) => after[who] - before[who];
      const processor = { service: used('service'), postgres: used('postgres') };
      this.samples[key] = { calls: calls.length, milliseconds, times, ...processor, walBytes };
      return answers;
    });
  }

  /** Where calls are looked at one by one, they are made one by one. */
  async #askAll(key, calls, connections) {
    const { eachCall } = this.#options;
    if (!eachCall) return this.#ask(calls, { connections });
    const answers = [];
    for (const call of calls) answers.push((await eachCall(key, () => this.#ask([call]))).answers[0]);
    return { milliseconds: 0, times: [0], answers };
  }

  async #ask(calls, { connections = CONNECTIONS, port = this.#subject.port } = {}) {
    const { adapter } = this.#subject;
    // New ones each time: servers close connections that wait for their turn too long.
    const sockets = openConnections(port, Math.min(connections, calls.length));
    const bytes = calls.map(({ operation, input = {}, token }) => adapter.request(operation, input, token));
    const { milliseconds, bodies, heads, times } = await within(PORTION_WITHIN, load(sockets, bytes));
    for (const socket of sockets) socket.destroy();
    const answers = bodies.map((body, index) => adapter.read(calls[index].operation, body, heads[index]));
    return { milliseconds, times, answers };
  }
}

const requests = (numbers) => numbers.map((phoneNumber) => ({ operation: 'requestOtp', input: { phoneNumber } }));
const guesses = (numbers, codes) =>
  numbers.map((phoneNumber, index) => ({ operation: 'verifyOtp', input: { phoneNumber, otp: codes[index] } }));
const refresh = ({ refreshToken }) => ({ operation: 'refreshSession', input: { refreshToken } });
const another = (code) => (code === '123456' ? '654321' : '123456');

/** A wrong code is an answer, too, but only to a wrong code. */
function signedIn(answer) {
  if (!answer.tokens) throw new Error(`A right code was refused: ${JSON.stringify(answer)}`);
  return answer;
}

async function walPosition(sql) {
  const [{ bytes }] = await sql`SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS bytes`;
  return bytes;
}

/** The same order in each run. */
function shuffled(items) {
  return items.map((_, index) => items[(index * 7919) % items.length]);
}

/** @throws when the work takes longer, so that a subject that hangs does not hold the benchmark. */
async function within(milliseconds, work) {
  const timer = new AbortController();
  const late = pause(milliseconds, undefined, { signal: timer.signal }).then(() => {
    throw new Error('A server does not answer.');
  });
  late.catch(() => undefined);
  await Promise.race([work, late]);
  timer.abort();
  return work;
}
