import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type WhatsAppAnswer =
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** An error as the documents have it. */
  | { readonly kind: 'error'; readonly code: number; readonly status?: number; readonly details?: string }
  /** Takes the message, and closes the connection without an answer. */
  | { readonly kind: 'lose' }
  /** Closes the connection. */
  | { readonly kind: 'close' }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' };

export interface WhatsAppRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: JSON of the Cloud API.
  readonly body: any;
}

export interface WhatsAppStandIn {
  readonly url: string;
  readonly requests: readonly WhatsAppRequest[];
  /** Messages that people got: the code in the text, the language, and the id of the row. */
  readonly messages: readonly { to: string; code: string; language: string; id: string; wamid: string }[];
  answerNext(...answers: readonly WhatsAppAnswer[]): void;
  close(): Promise<void>;
}

export interface WhatsAppAccount {
  readonly accessToken: string;
  readonly phoneNumberId: string;
  readonly template: string;
  /** Languages in which the template is approved. */
  readonly languages: readonly string[];
}

/** An id as WhatsApp makes them: it holds the number in base64. */
export function wamidOf(to: string, name: string): string {
  const number = Buffer.from(to.slice(1), 'latin1');
  const head = Buffer.from([0x1c, 0x18, number.length]);
  const middle = Buffer.from([0x15, 0x02, 0x00, 0x11, 0x18, name.length]);
  const bytes = Buffer.concat([head, number, middle, Buffer.from(name, 'latin1'), Buffer.from([0])]);
  return `wamid.${bytes.toString('base64')}`;
}

/**
 * The Cloud API as its documents have it
 * (https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes and its page on authentication
 * templates): it knows one number and one template.
 */
export async function startWhatsAppStandIn(account: WhatsAppAccount): Promise<WhatsAppStandIn> {
  const requests: WhatsAppRequest[] = [];
  const messages: { to: string; code: string; language: string; id: string; wamid: string }[] = [];
  const script: WhatsAppAnswer[] = [];

  const take = ({ body }: WhatsAppRequest): string => {
    const { to, template, biz_opaque_callback_data: id } = body;
    const [{ parameters }] = template.components;
    const wamid = wamidOf(to, `9A3CA5B3D4CD6E67${String(messages.length).padStart(2, '0')}`);
    messages.push({ to, code: parameters[0].text, language: template.language.code, id, wamid });
    return wamid;
  };

  const server = createServer(async (incoming, response) => {
    const request = await readRequest(incoming);
    requests.push(request);
    const send = (status: number, content: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    const answer = script.shift() ?? judge(request, account);
    if (answer === null) {
      const { to } = request.body;
      const contacts = [{ input: to, wa_id: to.slice(1) }];
      return void send(200, { messaging_product: 'whatsapp', contacts, messages: [{ id: take(request) }] });
    }
    if (answer.kind === 'error') return void send(answer.status ?? 400, errorOf(answer));
    if (answer.kind === 'http') return void response.writeHead(answer.status, answer.headers).end(answer.body);
    if (answer.kind === 'lose') take(request);
    if (answer.kind !== 'hang') response.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    messages,
    answerNext: (...answers) => void script.push(...answers),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<WhatsAppRequest> {
  const body = JSON.parse(await text(incoming));
  return { path: incoming.url ?? '', authorization: incoming.headers.authorization, body };
}

/** Null: the message is as it should be. */
function judge({ path, authorization, body }: WhatsAppRequest, account: WhatsAppAccount): WhatsAppAnswer | null {
  if (authorization !== `Bearer ${account.accessToken}`) return { kind: 'error', code: 190, status: 401 };
  if (path !== `/v25.0/${account.phoneNumberId}/messages`) return { kind: 'error', code: 100 };
  if (body.template?.name !== account.template) return { kind: 'error', code: 132001, status: 404 };
  if (!account.languages.includes(body.template.language.code)) return { kind: 'error', code: 132001, status: 404 };
  const [{ parameters: inText }, { parameters: inButton }] = body.template.components;
  if (inText?.length !== 1 || inButton?.length !== 1) return { kind: 'error', code: 132000 };
  return inText[0].text === inButton[0].text ? null : { kind: 'error', code: 132018 };
}

function errorOf({ code, details }: Extract<WhatsAppAnswer, { kind: 'error' }>): object {
  const error_data = { messaging_product: 'whatsapp', details: details ?? 'Something about it.' };
  return { error: { message: `(#${code}) Title`, type: 'OAuthException', code, error_data, fbtrace_id: 'A1b2C3' } };
}
