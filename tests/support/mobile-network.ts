import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the network answers to a question: a boolean, an error of CAMARA by its status and code, or nothing at all. */
export type NetworkAnswer =
  | boolean
  | { readonly status: number; readonly code?: string; readonly body?: string }
  | 'hangs'
  | 'closes';

export interface AskedQuestion {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

const [ID, SECRET] = ['accounts', 'network secret: 100%'];

/** The APIs by path: the member that a question has beside the number, and the member of its answer. */
const APIS: Readonly<Record<string, readonly [asks: string, answers: string]>> = {
  '/sim-swap/v2/check': ['maxAge', 'swapped'],
  '/number-recycling/v0.2/check': ['specifiedDate', 'phoneNumberRecycled'],
};

/** A mobile network with the APIs SIM Swap and Number Recycling of CAMARA, as their definitions describe them. */
export class MobileNetwork {
  /** Questions that were asked with a valid access token. */
  readonly asked: AskedQuestion[] = [];
  /** Answers by phone number. Others: not swapped, not recycled. */
  readonly swapped = new Map<string, NetworkAnswer>();
  readonly recycled = new Map<string, NetworkAnswer>();
  /** What answers in place of everything else; null: nothing. */
  outage: NetworkAnswer | null = null;
  /** How often an access token was given out. */
  tokensGiven = 0;
  readonly #valid = new Set<string>();
  readonly #server = createServer(async (request, response) => {
    answer(response, this.outage ?? this.#answerTo(request, await text(request)));
  });

  static async start(): Promise<MobileNetwork> {
    const network = new MobileNetwork();
    network.#server.listen(0, '127.0.0.1');
    await once(network.#server, 'listening');
    return network;
  }

  /** Settings that lead to it. */
  get env(): Readonly<Record<string, string>> {
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return {
      NUMBER_SIGNALS: 'camara',
      CAMARA_TOKEN_URL: `${url}/oauth2/token`,
      CAMARA_CLIENT_ID: ID,
      CAMARA_CLIENT_SECRET: SECRET,
      CAMARA_SIM_SWAP_URL: `${url}/sim-swap/v2/`,
      CAMARA_NUMBER_RECYCLING_URL: `${url}/number-recycling/v0.2`,
    };
  }

  /** Access tokens that were given out so far are refused from now on. */
  takeTokensBack(): void {
    this.#valid.clear();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answerTo({ url: path = '', headers }: IncomingMessage, body: string): NetworkAnswer {
    const { authorization = '' } = headers;
    if (path === '/oauth2/token') return this.#giveToken(authorization, new URLSearchParams(body));
    if (!this.#valid.has(authorization.replace('Bearer ', ''))) return { status: 401, code: 'UNAUTHENTICATED' };
    const question = JSON.parse(body) as Record<string, unknown>;
    this.asked.push({ path, body: question });
    const [asks, answers] = APIS[path] ?? [];
    // The definitions refuse members that they do not know.
    if (Object.keys(question).sort().join() !== [asks, 'phoneNumber'].sort().join())
      return { status: 404, code: 'NOT_FOUND' };
    const known = answers === 'swapped' ? this.swapped : this.recycled;
    const given = known.get(String(question['phoneNumber'])) ?? false;
    return typeof given === 'boolean' ? { status: 200, body: JSON.stringify({ [answers ?? '']: given }) } : given;
  }

  #giveToken(authorization: string, form: URLSearchParams): NetworkAnswer {
    const expected = `Basic ${Buffer.from(`${ID}:${encodeURIComponent(SECRET)}`).toString('base64')}`;
    const good = authorization === expected && form.get('grant_type') === 'client_credentials' && form.get('scope');
    if (!good) return { status: 401, body: '{"error":"invalid_client"}' };
    this.tokensGiven += 1;
    const token = `token-${this.tokensGiven}`;
    this.#valid.add(token);
    return { status: 200, body: JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 3600 }) };
  }
}

function answer(response: ServerResponse, given: NetworkAnswer): void {
  if (given === 'hangs') return;
  if (given === 'closes') {
    response.destroy();
    return;
  }
  const { status, body, code } = typeof given === 'boolean' ? { status: 200, body: '', code: '' } : given;
  const error = JSON.stringify({ status, code, message: 'As it says.' });
  response.writeHead(status, { 'content-type': 'application/json' }).end(body ?? error);
}
