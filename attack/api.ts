import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { freshAddress } from './addresses.js';

/** The parts of an answer that an attacker uses. */
export interface Answer {
  readonly kind: string;
  readonly retryAfterSeconds: number | null;
  readonly accessToken: string | null;
  readonly deviceToken: string | null;
  /** Of a request for a code. */
  readonly requestToken: string | null;
}

export interface CallOptions {
  readonly address?: string | undefined;
  readonly token?: string | undefined;
}

type Operation = 'requestOtp' | 'verifyOtp' | 'register' | 'login' | 'changePassword';
export const OPERATIONS: readonly Operation[] = ['requestOtp', 'verifyOtp', 'register', 'login', 'changePassword'];

interface TypeInfo {
  readonly possibleTypes: readonly { readonly name: string; readonly fields: readonly { readonly name: string }[] }[];
}

const NOT_SIGNED_IN: Answer = {
  kind: 'UNAUTHENTICATED',
  retryAfterSeconds: null,
  accessToken: null,
  deviceToken: null,
  requestToken: null,
};

/** The attacker's access to the service: GraphQL over HTTP, on connections that stay open. */
export class Api {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 100 });
  readonly #documents = new Map<Operation, string>();
  #deviceTokens = false;

  constructor(url: string) {
    this.#url = new URL('/graphql', url);
  }

  /** Learns from the schema which failures say how long to wait, and whether the service has device tokens. */
  async discover(): Promise<void> {
    for (const name of OPERATIONS) {
      const members = 'possibleTypes { name fields { name } }';
      const { data } = await this.post(`{ union: __type(name: "${resultOf(name)}") { ${members} } }`);
      this.#documents.set(name, documentOf(name, data.union));
    }
    const { data } = await this.post('{ input: __type(name: "VerifyOtpInput") { inputFields { name } } }');
    this.#deviceTokens = data.input.inputFields.some((field: { name: string }) => field.name === 'deviceToken');
  }

  get deviceTokens(): boolean {
    return this.#deviceTokens;
  }

  async call(operation: Operation, input: object, options: CallOptions = {}): Promise<Answer> {
    const document = this.#documents.get(operation);
    if (document === undefined) throw new Error('Call discover() first.');
    const body = await this.post(document, { input }, options);
    // A stolen token ends at some point. Any other error is a mistake in this script, or a finding.
    if (body.errors?.[0].extensions.code === 'UNAUTHENTICATED') return NOT_SIGNED_IN;
    if (body.errors) throw new Error(`${operation} was answered with an error: ${JSON.stringify(body.errors)}`);
    const { __typename: kind, retryAfterSeconds = null, tokens, deviceToken = null } = body.data[operation];
    const { requestToken = null } = body.data[operation];
    return { kind, retryAfterSeconds, accessToken: tokens?.accessToken ?? null, deviceToken, requestToken };
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the document asks for.
  async post(query: string, variables?: object, options: CallOptions = {}): Promise<any> {
    return JSON.parse(await this.send(JSON.stringify({ query, variables }), options));
  }

  /** Sends a body as it is and returns the answer as it is. */
  send(body: string, { address = freshAddress(), token }: CallOptions = {}): Promise<string> {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-forwarded-for': address,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    return new Promise((resolve, reject) => {
      const call = request(this.#url, { agent: this.#agent, method: 'POST', headers }, (response) => {
        text(response).then(resolve, reject);
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function resultOf(operation: Operation): string {
  return `${operation[0]?.toUpperCase()}${operation.slice(1)}Result`;
}

function documentOf(operation: Operation, { possibleTypes }: TypeInfo): string {
  const input = `${operation[0]?.toUpperCase()}${operation.slice(1)}Input`;
  const wanted = {
    retryAfterSeconds: 'retryAfterSeconds',
    deviceToken: 'deviceToken',
    requestToken: 'requestToken',
    tokens: 'tokens { accessToken }',
  };
  const members = possibleTypes.map(({ name, fields }) => {
    const names = new Set(fields.map((field) => field.name));
    const selected = Object.entries(wanted).flatMap(([field, selection]) => (names.has(field) ? [selection] : []));
    return `... on ${name} { __typename ${selected.join(' ')} }`;
  });
  return `mutation ($input: ${input}!) { ${operation}(input: $input) { ${members.join(' ')} } }`;
}
