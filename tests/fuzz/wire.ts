import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { FuzzRequest } from './requests.js';

/** Longer than anything may take. */
const HANG_MS = 5_000;

/** What came back. Status 0: the connection was closed without an answer. */
export interface FuzzAnswer {
  readonly status: number;
  readonly body: string;
  readonly hung: boolean;
}

/** Sends requests over connections that are kept and used again. */
export class Wire {
  readonly #agent: Agent;
  readonly #port: number;

  constructor(port: number, connections: number) {
    this.#port = port;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /**
   * A request that meets the end of a kept connection is sent once more on a new one, as browsers and proxies do.
   * @param words what stands for `{word}` in headers and bodies
   */
  async send(input: FuzzRequest, words: Readonly<Record<string, string>>): Promise<FuzzAnswer> {
    const hanging = new AbortController();
    const alarm = setTimeout(() => hanging.abort(), HANG_MS);
    const { signal } = hanging;
    const attempt = (agent: Agent | false) =>
      input.kind === 'bytes' ? this.#bytes(input, signal) : this.#http(input, { words, signal, agent });
    const known = await attempt(this.#agent)
      .catch(() => attempt(false))
      .catch(() => ({ status: 0, body: '' }));
    clearTimeout(alarm);
    return { ...known, hung: signal.aborted };
  }

  close(): void {
    this.#agent.destroy();
  }

  #http(
    input: Extract<FuzzRequest, { kind: 'http' }>,
    how: { words: Readonly<Record<string, string>>; signal: AbortSignal; agent: Agent | false },
  ): Promise<{ status: number; body: string }> {
    const { method, path } = input;
    const { words, signal, agent } = how;
    const headers = Object.entries(input.headers).map(([name, value]) => [name, fill(value, words)]);
    const body = typeof input.body === 'string' ? fill(input.body, words) : input.body;
    // Said even where a method has no body as a rule, or the next request would begin with it.
    headers.push(['content-length', String(Buffer.byteLength(body))]);
    const to = { agent, host: '127.0.0.1', port: this.#port, method, path, signal };
    return new Promise((resolve, reject) => {
      const call = request({ ...to, headers: Object.fromEntries(headers) }, (response) => {
        buffer(response).then((read) => resolve({ status: response.statusCode ?? 0, body: String(read) }), reject);
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  /** Sends all and waits for the end, as a client does that has no more to say. */
  async #bytes({ bytes }: { bytes: Uint8Array }, signal: AbortSignal): Promise<{ status: number; body: string }> {
    const socket = connect({ port: this.#port, host: '127.0.0.1', signal });
    socket.end(bytes);
    const body = String(await buffer(socket));
    return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(body)?.[1] ?? 0), body };
  }
}

function fill(text: string, words: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(accessToken|refreshToken|sessionId|cursor)\}/g, (_all, word: string) => words[word] ?? '');
}
