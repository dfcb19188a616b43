import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

const PATIENCE_MS = 30_000;

/** What a caller learns: an answer of the schema, or none. */
export type Outcome =
  | { readonly kind: 'answer'; readonly type: string; readonly data: Answer }
  | { readonly kind: 'failure'; readonly reason: string };

export interface Answer {
  readonly tokens?: { readonly accessToken: string; readonly refreshToken: string };
  readonly id?: string;
}

const TOKENS = 'tokens { accessToken refreshToken }';
const mutation = (name: string, success: string) =>
  `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
    ${name}(input: $input) { __typename ... on ${success} { ${TOKENS} } }
  }`;
const DOCUMENTS = {
  register: mutation('register', 'RegisterSuccess'),
  login: mutation('login', 'LoginSuccess'),
  requestOtp: 'mutation ($input: RequestOtpInput!) { requestOtp(input: $input) { __typename } }',
  verifyOtp: mutation('verifyOtp', 'VerifyOtpSuccess'),
  refreshSession: `mutation ($token: String) {
    refreshSession(refreshToken: $token) { __typename ... on RefreshSessionSuccess { ${TOKENS} } }
  }`,
  logout: 'mutation ($token: String) { logout(refreshToken: $token) { __typename } }',
  me: '{ me { __typename id } }',
} as const;

export type Operation = keyof typeof DOCUMENTS;

/** Who asks. */
interface Caller {
  readonly accessToken?: string | undefined;
  /** The address that a reverse proxy names. Services believe it only with TRUST_PROXY. */
  readonly forwardedFor?: string;
}

interface Call {
  readonly input?: object;
  /** A refresh token. */
  readonly refreshToken?: string;
  readonly accessToken?: string;
}

/** GraphQL over HTTP. */
export class Api {
  readonly #agent: Agent;
  readonly #urls: readonly string[];
  #turn = 0;

  /** @param urls a process each; or one load balancer */
  constructor(urls: readonly string[]) {
    this.#urls = urls;
    // A process that stops closes connections that are idle. A load balancer copes with that, and this class does not.
    this.#agent = new Agent({ keepAlive: urls.length === 1 });
  }

  /** Asks a process. If it does not listen, the next one is asked, as a load balancer does. */
  async call(operation: Operation, call: Call): Promise<Outcome> {
    let outcome: Outcome = { kind: 'failure', reason: 'no process listens' };
    this.#turn += 1;
    const first = this.#turn % this.#urls.length;
    for (const url of [...this.#urls.slice(first), ...this.#urls.slice(0, first)]) {
      outcome = await this.#callOne(url, operation, call);
      if (outcome.kind === 'answer' || outcome.reason !== 'ECONNREFUSED') return outcome;
    }
    return outcome;
  }

  /** Sends any query to the first process, and returns the HTTP status. */
  async ask(query: string, caller: Caller): Promise<number> {
    const { status } = await this.#post(`${this.#urls[0]}/graphql`, { body: JSON.stringify({ query }), ...caller });
    return status;
  }

  close(): void {
    this.#agent.destroy();
  }

  async #callOne(url: string, operation: Operation, { input, refreshToken, accessToken }: Call): Promise<Outcome> {
    const variables = { ...(input && { input }), ...(refreshToken !== undefined && { token: refreshToken }) };
    const body = JSON.stringify({ query: DOCUMENTS[operation], variables });
    try {
      const { status, content } = await this.#post(`${url}/graphql`, { body, accessToken });
      return read(operation, status, content);
    } catch (error) {
      return { kind: 'failure', reason: codeOf(error) };
    }
  }

  #post(url: string, { body, accessToken, forwardedFor }: Caller & { body: string }) {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      ...(forwardedFor !== undefined && { 'x-forwarded-for': forwardedFor }),
    };
    return new Promise<{ status: number; content: string }>((resolve, reject) => {
      const call = request(url, { agent: this.#agent, method: 'POST', headers, timeout: PATIENCE_MS }, (response) => {
        text(response).then((content) => resolve({ status: response.statusCode ?? 0, content }), reject);
      });
      call.on('timeout', () => call.destroy(Object.assign(new Error('timeout'), { code: 'no answer in 30 s' })));
      call.on('error', reject);
      call.end(body);
    });
  }
}

function read(operation: Operation, status: number, content: string): Outcome {
  let body: { data?: Record<string, (Answer & { __typename: string }) | null>; errors?: readonly GraphqlError[] };
  try {
    body = JSON.parse(content);
  } catch {
    return { kind: 'failure', reason: `HTTP ${status}` };
  }
  const data = body.data?.[operation];
  if (!data) return { kind: 'failure', reason: `HTTP ${status} ${body.errors?.[0]?.extensions?.code ?? ''}`.trim() };
  return { kind: 'answer', type: data.__typename, data };
}

interface GraphqlError {
  readonly extensions?: { readonly code?: string };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
