import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { DOCUMENTS, type Operation } from './documents.js';

/** Longer than every answer of the service, and shorter than a fail-over may be noticed. */
const PATIENCE_MS = 20_000;

export interface Account {
  readonly id: string;
  readonly phoneNumber: string | null;
  readonly phoneVerified: boolean;
  readonly firstName: string | null;
  readonly email: string | null;
}

/** The fields that `documents.ts` asks for. */
export interface Data extends Partial<Account> {
  readonly tokens?: { readonly accessToken: string; readonly refreshToken: string };
  readonly user?: Account;
  readonly deviceToken?: string | null;
  readonly requestToken?: string;
  readonly edges?: readonly { readonly node: { readonly id: string } }[];
}

/** What a caller learns. */
export type Outcome =
  | { readonly kind: 'answer'; readonly type: string; readonly data: Data }
  /** An entry of `errors`, with its code. */
  | { readonly kind: 'refused'; readonly code: string }
  /** The caller does not know whether it was done. */
  | { readonly kind: 'none'; readonly reason: string };

export interface Call {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly accessToken?: string | undefined;
  /** The address of the caller, as the load balancer tells it. */
  readonly address?: string;
}

export interface Answered {
  readonly operation: Operation;
  readonly outcome: Outcome;
  /** `performance.now()` */
  readonly from: number;
  readonly to: number;
}

/** GraphQL over HTTP, to one load balancer. Each answer is told to `heard`. */
export class SoakApi {
  /** HAProxy closes connections that are idle for a minute. */
  readonly #agent = new Agent({ keepAlive: true, timeout: 25_000 });
  readonly #url: string;
  readonly #heard: (answered: Answered) => void;

  constructor(url: string, heard: (answered: Answered) => void) {
    this.#url = `${url}/graphql`;
    this.#heard = heard;
  }

  async call(operation: Operation, call: Call = {}): Promise<Outcome> {
    const from = performance.now();
    const outcome = await this.#ask(operation, call);
    this.#heard({ operation, outcome, from, to: performance.now() });
    return outcome;
  }

  close(): void {
    this.#agent.destroy();
  }

  async #ask(operation: Operation, call: Call): Promise<Outcome> {
    const body = JSON.stringify({ query: DOCUMENTS[operation].text, variables: call.variables ?? {} });
    try {
      const { status, content } = await this.#post(body, call);
      return read(operation, status, content);
    } catch (error) {
      return { kind: 'none', reason: codeOf(error) };
    }
  }

  #post(body: string, { accessToken, address }: Call): Promise<{ status: number; content: string }> {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      ...(address !== undefined && { 'x-forwarded-for': address }),
    };
    const options = { agent: this.#agent, method: 'POST', headers, timeout: PATIENCE_MS };
    return new Promise((resolve, reject) => {
      const call = request(this.#url, options, (response) => {
        text(response).then((content) => resolve({ status: response.statusCode ?? 0, content }), reject);
      });
      const late = Object.assign(new Error('timeout'), { code: `no answer in ${PATIENCE_MS / 1000} s` });
      call.on('timeout', () => call.destroy(late));
      call.on('error', reject);
      call.end(body);
    });
  }
}

interface Body {
  readonly data?: Readonly<Record<string, (Data & { readonly __typename: string }) | null>> | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

function read(operation: Operation, status: number, content: string): Outcome {
  const body = parsed(content);
  if (body === null || status >= 500) return { kind: 'none', reason: `HTTP ${status}${codeIn(body)}` };
  const data = body.data?.[operation];
  if (data) return { kind: 'answer', type: data.__typename, data };
  const code = body.errors?.[0]?.extensions?.code;
  // A query for something that is not there.
  if (code === undefined) return { kind: 'answer', type: 'null', data: {} };
  return code === 'SERVICE_UNAVAILABLE' || code === 'INTERNAL_SERVER_ERROR'
    ? { kind: 'none', reason: `HTTP ${status} ${code}` }
    : { kind: 'refused', code };
}

function codeIn(body: Body | null): string {
  const code = body?.errors?.[0]?.extensions?.code;
  return code === undefined ? '' : ` ${code}`;
}

function parsed(content: string): Body | null {
  try {
    return JSON.parse(content) as Body;
  } catch {
    return null;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
