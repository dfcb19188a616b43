import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { systemClock } from '../../src/platform/clock.js';

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
  /** Takes the message, but the answer gets lost: never sent, cut off, or an error instead. */
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

export interface StandInRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
}

export interface StandInMessage {
  readonly sid: string;
  /** E.164. */
  readonly to: string;
  readonly from: string | null;
  readonly messagingServiceSid: string | null;
  readonly body: string;
}

export interface TwilioStandIn {
  /** For TWILIO_BASE_URL. */
  readonly url: string;
  /** The messages taken, in order. */
  readonly messages: readonly StandInMessage[];
  /** Every request that arrived, refused ones too. */
  readonly requests: readonly StandInRequest[];
  /** One answer for each of the next well-formed requests; after them, all are taken again. */
  answerNext(...answers: readonly TwilioAnswer[]): void;
  /** One answer for each of the next requests for the list of messages; after them, all get it again. */
  answerNextLookUp(...answers: readonly TwilioAnswer[]): void;
  /** Takes requests in and answers none of them, until the returned function is called. */
  hold(): () => void;
  /** The answer for one destination from now on, before any of `answerNext`; null takes it back. */
  answerTo(to: string, answer: TwilioAnswer | null): void;
  /** The oldest message to a number that this has not returned yet; waits for it up to 5 seconds. */
  nextMessage(to: string): Promise<StandInMessage>;
  close(): Promise<void>;
}

interface Account {
  readonly accountSid: string;
  readonly authToken: string;
}

interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

const E164 = /^\+[1-9]\d{6,14}$/;

/** The destinations with which Twilio's own test credentials provoke errors. */
const magicNumbers: readonly [to: string, code: number][] = [
  ['+15005550001', 21211],
  ['+15005550002', 21612],
  ['+15005550003', 21408],
  ['+15005550004', 21610],
  ['+15005550009', 21614],
];

/** A local HTTP server that checks a request to create a message as Twilio would, and answers as told. */
export async function startTwilioStandIn(account: Account, clock = systemClock): Promise<TwilioStandIn> {
  const messages: StandInMessage[] = [];
  const created = new Map<StandInMessage, Date>();
  const requests: StandInRequest[] = [];
  const [script, lookUps]: [TwilioAnswer[], TwilioAnswer[]] = [[], []];
  const byDestination = new Map<string, TwilioAnswer>(magicNumbers.map(([to, code]) => [to, { kind: 'error', code }]));
  const mailbox = new Mailbox();

  const take = (form: URLSearchParams): StandInMessage => {
    const message = toMessage(form);
    messages.push(message);
    created.set(message, clock.now());
    mailbox.put(message);
    return message;
  };
  let gate = Promise.resolve();
  const show = (message: StandInMessage) => resource(message, account, created.get(message) ?? clock.now());
  const list = (path: string) => {
    const { searchParams } = new URL(path, 'http://stand-in');
    const found = messages.filter(({ to }) => to === searchParams.get('To')).reverse();
    return { messages: found.slice(0, Number(searchParams.get('PageSize') ?? 50)).map(show), next_page_uri: null };
  };
  const server = createServer(async (incoming, response) => {
    const request = await readRequest(incoming);
    requests.push(request);
    await gate;
    const refused = refusal(request, account);
    if (refused) return sendError(response, refused);
    if (request.method === 'GET') {
      const lookUp = lookUps.shift();
      if (lookUp) give(response, lookUp, () => ({}));
      else sendJson(response, 200, list(request.path));
      return;
    }
    const answer = byDestination.get(request.form.get('To') ?? '') ?? script.shift() ?? { kind: 'accept' };
    give(response, answer, () => show(take(request.form)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    requests,
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
    nextMessage: (to) => mailbox.next(to),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
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

/** Twilio's checks in Twilio's order: resource, method, credentials, form. */
function refusal(request: StandInRequest, { accountSid, authToken }: Account): Refusal | null {
  const path = /^\/2010-04-01\/Accounts\/([^/?]+)\/Messages\.json(\?|$)/.exec(request.path);
  if (!path) return { status: 404, code: 20404, message: `The requested resource ${request.path} was not found` };
  if (!['GET', 'POST'].includes(request.method)) return { status: 405, code: 20004, message: 'Method not allowed' };
  const credentials = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  if (request.headers.authorization !== credentials || path[1] !== accountSid) {
    return { status: 401, code: 20003, message: 'Authenticate' };
  }
  return request.method === 'GET' ? null : formRefusal(request.form);
}

function formRefusal(form: URLSearchParams): Refusal | null {
  const bad = (code: number, message: string): Refusal => ({ status: 400, code, message });
  const [to, body, from, service] = ['To', 'Body', 'From', 'MessagingServiceSid'].map((name) => form.getAll(name));
  if (to?.length !== 1) return bad(21604, "A 'To' phone number is required.");
  if (!E164.test(to[0] ?? '')) return bad(21211, `Invalid 'To' Phone Number: ${to[0]}`);
  if (body?.length !== 1 || !body[0]) return bad(21602, 'Message body is required.');
  if (body[0].length > 1600) return bad(21617, 'The concatenated message body exceeds the 1600 character limit');
  if ((from?.length ?? 0) + (service?.length ?? 0) !== 1) return bad(21603, "A 'From' phone number is required.");
  if (from?.[0] !== undefined && !E164.test(from[0])) return bad(21212, `Invalid From Number: ${from[0]}`);
  if (service?.[0] !== undefined && !/^MG[0-9a-f]{32}$/.test(service[0])) {
    return bad(21705, 'The Messaging Service Sid is invalid');
  }
  return null;
}

const serverError: TwilioAnswer = { kind: 'error', code: 20500, status: 500 };

function give(response: ServerResponse, answer: TwilioAnswer, accept: () => object): void {
  switch (answer.kind) {
    case 'accept':
      setTimeout(() => sendJson(response, 201, accept()), answer.delayMs ?? 0);
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

function toMessage(form: URLSearchParams): StandInMessage {
  return {
    sid: `SM${randomBytes(16).toString('hex')}`,
    to: form.get('To') ?? '',
    from: form.get('From'),
    messagingServiceSid: form.get('MessagingServiceSid'),
    body: form.get('Body') ?? '',
  };
}

/** The message as the API shows it right after creation. */
function resource(message: StandInMessage, { accountSid }: Account, at: Date): object {
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}`;
  const created = at.toUTCString().replace('GMT', '+0000');
  return {
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: message.body,
    date_created: created,
    date_sent: null,
    date_updated: created,
    direction: 'outbound-api',
    error_code: null,
    error_message: null,
    from: message.from,
    messaging_service_sid: message.messagingServiceSid,
    num_media: '0',
    num_segments: message.messagingServiceSid ? '0' : '1',
    price: null,
    price_unit: message.messagingServiceSid ? null : 'USD',
    sid: message.sid,
    status: message.messagingServiceSid ? 'accepted' : 'queued',
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}

interface Waiter {
  readonly to: string;
  readonly resolve: (message: StandInMessage) => void;
  readonly timer: NodeJS.Timeout;
}

/** Messages by number, each handed out once, to whoever asks first, before or after it arrives. */
class Mailbox {
  readonly #waiting: Waiter[] = [];
  readonly #unread: StandInMessage[] = [];

  put(message: StandInMessage): void {
    const waiter = this.#waiting.find(({ to }) => to === message.to);
    if (!waiter) {
      this.#unread.push(message);
      return;
    }
    this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
    clearTimeout(waiter.timer);
    waiter.resolve(message);
  }

  next(to: string): Promise<StandInMessage> {
    const index = this.#unread.findIndex((message) => message.to === to);
    const [message] = index === -1 ? [] : this.#unread.splice(index, 1);
    if (message) return Promise.resolve(message);
    return this.#wait(to);
  }

  #wait(to: string): Promise<StandInMessage> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(new Error(`no message to ${to} within 5 seconds`));
      }, 5_000);
      const waiter = { to, resolve, timer };
      this.#waiting.push(waiter);
    });
  }
}
