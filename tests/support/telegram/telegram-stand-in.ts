import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the stand-in does with a call, in place of what it does by itself. */
export type TelegramAnswer =
  | { readonly kind: 'error'; readonly error: string; readonly status?: number }
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Does what it was asked for, and closes the connection without an answer. */
  | { readonly kind: 'lose' }
  /** Does nothing, and closes the connection. */
  | { readonly kind: 'close' }
  /** Takes the call and never answers. */
  | { readonly kind: 'hang' };

export interface TelegramCall {
  readonly method: string;
  readonly authorization: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: parameters by their names, as JSON.
  readonly parameters: any;
}

interface RequestState {
  readonly id: string;
  readonly phoneNumber: string;
  code?: string;
  payload?: string;
  delivery?: string;
  verification?: string;
}

export interface TelegramStandIn {
  readonly url: string;
  readonly calls: readonly TelegramCall[];
  /** Messages that people got, in order. */
  readonly messages: readonly { readonly to: string; readonly code: string; readonly requestId: string }[];
  /** How often it charged. */
  readonly charges: number;
  /** These numbers have no Telegram. */
  readonly absent: Set<string>;
  answerNext(method: string, ...answers: readonly TelegramAnswer[]): void;
  /** What a report says of the request (RequestStatus). */
  statusOf(requestId: string, status: string, more?: object): object;
  close(): Promise<void>;
}

/** A fee as the price list of the Gateway has it, in US dollars. */
export const FEE = 0.01;

/**
 * The Gateway API as its documents have it (https://core.telegram.org/gateway/api): a request is charged once and takes one
 * message.
 */
export async function startTelegramStandIn(token: string): Promise<TelegramStandIn> {
  const calls: TelegramCall[] = [];
  const account = new GatewayAccount();
  const script = new Map<string, TelegramAnswer[]>();
  const carryOut = ({ method, parameters }: TelegramCall) => account.methods[method]?.(parameters) ?? 'UNKNOWN_METHOD';

  const server = createServer(async (incoming, response) => {
    const call = await readCall(incoming);
    calls.push(call);
    const answer = script.get(call.method)?.shift();
    if (answer) {
      give(response, answer, () => void carryOut(call));
      return;
    }
    const result = call.authorization === `Bearer ${token}` ? carryOut(call) : 'ACCESS_TOKEN_INVALID';
    json(response, typeof result === 'string' ? { ok: false, error: result } : { ok: true, result });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    messages: account.messages,
    absent: account.absent,
    get charges() {
      return account.charges;
    },
    answerNext: (method, ...answers) => void script.set(method, [...(script.get(method) ?? []), ...answers]),
    statusOf(requestId, status, more = {}) {
      return { ...account.statusOf(requestId, status), ...more };
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: parameters by their names, as JSON.
type Method = (parameters: any) => string | object;

/** What Telegram keeps of an account. Each method answers with the name of an error, or with the result. */
class GatewayAccount {
  readonly messages: { to: string; code: string; requestId: string }[] = [];
  readonly absent = new Set<string>();
  charges = 0;
  readonly #requests = new Map<string, RequestState>();

  readonly methods: Readonly<Record<string, Method>> = {
    checkSendAbility: ({ phone_number: phoneNumber }) => {
      if (!/^\+[1-9]\d{6,14}$/.test(phoneNumber)) return 'PHONE_NUMBER_INVALID';
      if (this.absent.has(phoneNumber)) return 'PHONE_NUMBER_NOT_FOUND';
      const state: RequestState = { id: `tg-${this.#requests.size + 1}`, phoneNumber };
      this.#requests.set(state.id, state);
      this.charges += 1;
      return { ...requestStatus(state), remaining_balance: Number((10 - this.charges * FEE).toFixed(2)) };
    },
    sendVerificationMessage: (parameters) => {
      const { phone_number: phoneNumber, request_id: requestId, code, payload } = parameters;
      const known = this.#requests.get(requestId);
      if (!known) return 'REQUEST_ID_INVALID';
      if (known.phoneNumber !== phoneNumber) return 'PHONE_NUMBER_MISMATCH';
      if (known.delivery) return 'MESSAGE_ALREADY_SENT';
      const wrong = wrongParameter(parameters);
      if (wrong !== null) return wrong;
      Object.assign(known, { code, payload, delivery: 'sent' });
      this.messages.push({ to: phoneNumber, code, requestId });
      return requestStatus(known);
    },
    checkVerificationStatus: ({ request_id: requestId, code }) => {
      const known = this.#requests.get(requestId);
      if (!known) return 'REQUEST_ID_INVALID';
      if (code !== undefined) known.verification = code === known.code ? 'code_valid' : 'code_invalid';
      return requestStatus(known);
    },
  };

  statusOf(requestId: string, delivery: string): object {
    const state = this.#requests.get(requestId);
    if (!state) throw new Error(`There is no request ${requestId}.`);
    return requestStatus({ ...state, delivery });
  }
}

function wrongParameter({ code, ttl, payload = '', callback_url: callbackUrl = 'https://x' }: Record<string, string>) {
  if (!/^\d{4,8}$/.test(code ?? '')) return 'CODE_INVALID';
  if (!Number.isInteger(ttl) || Number(ttl) < 30 || Number(ttl) > 3600) return 'TTL_INVALID';
  if (Buffer.byteLength(payload) > 128) return 'PAYLOAD_INVALID';
  return /^https:.{1,250}$/.test(callbackUrl) ? null : 'CALLBACK_URL_INVALID';
}

function requestStatus({ id, phoneNumber, delivery, verification, payload }: RequestState): object {
  return {
    request_id: id,
    phone_number: phoneNumber,
    request_cost: FEE,
    ...(delivery && { delivery_status: { status: delivery, updated_at: 1_760_000_000 } }),
    ...(verification && { verification_status: { status: verification, updated_at: 1_760_000_000 } }),
    ...(payload && { payload }),
  };
}

async function readCall(incoming: IncomingMessage): Promise<TelegramCall> {
  const body = await text(incoming);
  const { authorization } = incoming.headers;
  return { method: (incoming.url ?? '').slice(1), authorization, parameters: JSON.parse(body) };
}

function give(response: ServerResponse, answer: TelegramAnswer, carryOut: () => void): void {
  switch (answer.kind) {
    case 'error':
      json(response, { ok: false, error: answer.error }, answer.status);
      return;
    case 'http':
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    case 'lose':
      carryOut();
      response.destroy();
      return;
    case 'close':
      response.destroy();
      return;
    case 'hang':
  }
}

function json(response: ServerResponse, content: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}
