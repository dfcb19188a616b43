import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { systemClock } from '../../../src/platform/clock.js';
import { Mailbox } from '../delivery/mailbox.js';
import { type Refusal, refusal, targetOf } from './twilio-refusals.js';
import type { StandInRequest, TwilioAccount } from './twilio-request.js';
import {
  type Became,
  callResource,
  type Kept,
  messageResource,
  type StandInCall,
  type StandInMessage,
  toCall,
  toMessage,
} from './twilio-resources.js';

/** What the stand-in does with a request that Twilio would take. */
export type TwilioAnswer =
  | { readonly kind: 'accept'; readonly delayMs?: number }
  /** Twilio's error JSON. */
  | {
      readonly kind: 'error';
      readonly code: number;
      readonly status?: number;
      readonly message?: string;
      readonly retryAfter?: number;
    }
  /** Takes the message or call, but the answer gets lost: never sent, cut off, or an error instead. */
  | { readonly kind: 'lose'; readonly answer: 'hang' | 'close' | 'error' }
  /** Any body, as from a proxy in between. */
  | { readonly kind: 'http'; readonly status: number; readonly body: string; readonly contentType?: string }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Sends the head of an answer, then a byte every few milliseconds, for ever. */
  | { readonly kind: 'trickle' }
  /** Closes the connection without an answer. */
  | { readonly kind: 'close' }
  /** Closes the connection in the middle of the body. */
  | { readonly kind: 'truncate' };

/** A request, and the answer that the stand-in thought of by itself. */
export interface Exchange {
  readonly request: StandInRequest;
  readonly status: number;
  readonly body: object;
}

export interface TwilioStandIn {
  /** For TWILIO_BASE_URL. */
  readonly url: string;
  /** The messages taken, in order. */
  readonly messages: readonly StandInMessage[];
  /** The calls taken, in order. */
  readonly calls: readonly StandInCall[];
  /** Every request that arrived, refused ones too. */
  readonly requests: readonly StandInRequest[];
  readonly exchanges: readonly Exchange[];
  /** One answer for each of the next well-formed messages and calls; after them, all are taken again. */
  answerNext(...answers: readonly TwilioAnswer[]): void;
  /** One answer for each of the next requests that ask for something; after them, all get it again. */
  answerNextLookUp(...answers: readonly TwilioAnswer[]): void;
  /** Takes requests in and answers none of them, until the returned function is called. */
  hold(): () => void;
  /** The answer for one destination from now on, before any of `answerNext`; null takes it back. */
  answerTo(to: string, answer: TwilioAnswer | null): void;
  /** What became of a message or call, for whoever asks from now on. */
  become(sid: string, became: Became): void;
  /** The oldest message to a number that this has not returned yet; waits for it up to 5 seconds. */
  nextMessage(to: string): Promise<StandInMessage>;
  close(): Promise<void>;
}

/** The destinations with which Twilio's own test credentials provoke errors. */
const magicNumbers: readonly [to: string, code: number][] = [
  ['+15005550001', 21211],
  ['+15005550002', 21612],
  ['+15005550003', 21408],
  ['+15005550004', 21610],
  ['+15005550009', 21614],
];

/** A local HTTP server that checks requests for messages and calls as Twilio would, and answers as told. */
export async function startTwilioStandIn(account: TwilioAccount, clock = systemClock): Promise<TwilioStandIn> {
  const messages: Kept<StandInMessage>[] = [];
  const calls: Kept<StandInCall>[] = [];
  const requests: StandInRequest[] = [];
  const exchanges: Exchange[] = [];
  const [script, lookUps]: [TwilioAnswer[], TwilioAnswer[]] = [[], []];
  const byDestination = new Map<string, TwilioAnswer>(magicNumbers.map(([to, code]) => [to, { kind: 'error', code }]));
  const mailbox = new Mailbox<StandInMessage>();
  const show = {
    Messages: (kept: Kept<StandInMessage>) => messageResource(kept, account.accountSid),
    Calls: (kept: Kept<StandInCall>) => callResource(kept, account.accountSid),
  };

  const create = ({ path, form }: StandInRequest): object => {
    const made = { created: clock.now(), became: null };
    if (targetOf(path)?.kind === 'Calls') {
      const call: Kept<StandInCall> = { item: toCall(form), ...made };
      calls.push(call);
      return show.Calls(call);
    }
    const message: Kept<StandInMessage> = { item: toMessage(form), ...made };
    messages.push(message);
    mailbox.put(message.item);
    return show.Messages(message);
  };
  const resources = (kind: 'Messages' | 'Calls', wanted: (item: StandInMessage | StandInCall) => boolean) =>
    kind === 'Messages'
      ? messages.filter(({ item }) => wanted(item)).map(show.Messages)
      : calls.filter(({ item }) => wanted(item)).map(show.Calls);
  const look = ({ path }: StandInRequest): object | null => {
    const { kind, sid } = targetOf(path) ?? { kind: 'Messages', sid: null };
    if (sid !== null) return resources(kind, (item) => item.sid === sid)[0] ?? null;
    const { searchParams } = new URL(path, 'http://stand-in');
    const matches = (name: string, value: string | null) => [null, value].includes(searchParams.get(name));
    const found = resources(kind, ({ to, from }) => matches('To', to) && matches('From', from)).reverse();
    return page(kind, path, found);
  };

  let gate = Promise.resolve();
  const server = createServer(async (incoming, response) => {
    const request = await readRequest(incoming);
    requests.push(request);
    await gate;
    const refused = refusal(request, account);
    if (refused) return sendError(response, refused);
    const asks = request.method === 'GET';
    const told = asks ? lookUps.shift() : (byDestination.get(request.form.get('To') ?? '') ?? script.shift());
    give(response, told ?? { kind: 'accept' }, () => {
      const body = asks ? look(request) : create(request);
      const status = asks ? 200 : 201;
      if (body) exchanges.push({ request, status, body });
      return body && { status, body };
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get messages() {
      return messages.map(({ item }) => item);
    },
    get calls() {
      return calls.map(({ item }) => item);
    },
    requests,
    exchanges,
    answerNext: (...answers) => void script.push(...answers),
    answerNextLookUp: (...answers) => void lookUps.push(...answers),
    hold: () => {
      let open = () => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
    answerTo: (to, answer) => void (answer ? byDestination.set(to, answer) : byDestination.delete(to)),
    become: (sid, became) => {
      const kept = [...messages, ...calls].find(({ item }) => item.sid === sid);
      if (!kept) throw new Error(`There is no ${sid}.`);
      kept.became = became;
    },
    nextMessage: (to) => mailbox.next(to),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The first page of a list, newest first. */
function page(kind: 'Messages' | 'Calls', path: string, found: readonly object[]): object {
  const size = Number(new URL(path, 'http://stand-in').searchParams.get('PageSize') ?? 50);
  const items = found.slice(0, size);
  return {
    [kind.toLowerCase()]: items,
    end: Math.max(0, items.length - 1),
    first_page_uri: path,
    next_page_uri: null,
    page: 0,
    page_size: size,
    previous_page_uri: null,
    start: 0,
    uri: path,
  };
}

async function readRequest(incoming: IncomingMessage): Promise<StandInRequest> {
  const isForm = incoming.headers['content-type']?.split(';')[0] === 'application/x-www-form-urlencoded';
  const body = await text(incoming);
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    form: new URLSearchParams(isForm ? body : ''),
  };
}

type Accept = () => { readonly status: number; readonly body: object } | null;

const serverError: TwilioAnswer = { kind: 'error', code: 20500, status: 500 };
const notFound: Refusal = { status: 404, code: 20404, message: 'The requested resource was not found' };

function give(response: ServerResponse, answer: TwilioAnswer, accept: Accept): void {
  switch (answer.kind) {
    case 'accept':
      setTimeout(() => {
        const accepted = accept();
        if (accepted) sendJson(response, accepted.status, accepted.body);
        else sendError(response, notFound);
      }, answer.delayMs ?? 0);
      return;
    case 'error':
      if (answer.retryAfter !== undefined) response.setHeader('retry-after', answer.retryAfter);
      sendError(response, { status: 400, message: `Error ${answer.code}`, ...answer });
      return;
    case 'lose':
      accept();
      give(response, answer.answer === 'error' ? serverError : { kind: answer.answer }, accept);
      return;
    case 'http':
      response.writeHead(answer.status, { 'content-type': answer.contentType ?? 'text/html' }).end(answer.body);
      return;
    case 'hang':
      return;
    case 'trickle':
      trickle(response);
      return;
    case 'close':
      response.destroy();
      return;
    case 'truncate':
      response.writeHead(201, { 'content-type': 'application/json', 'content-length': 800 });
      response.write('{"sid": "SM', () => response.destroy());
  }
}

function trickle(response: ServerResponse): void {
  response.writeHead(201, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 10);
  response.on('close', () => clearInterval(timer));
}

function sendError(response: ServerResponse, { status, code, message }: Refusal): void {
  sendJson(response, status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
