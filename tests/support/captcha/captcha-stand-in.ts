import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the stand-in does with the next request instead of judging it. */
export type CaptchaAnswer =
  | { readonly kind: 'http'; readonly status: number; readonly body: string; readonly location?: string }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Sends the head of an answer, then a byte every few milliseconds, for ever. */
  | { readonly kind: 'trickle' }
  /** Closes the connection without an answer. */
  | { readonly kind: 'close' };

export interface CaptchaStandInRequest {
  readonly method: string;
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
}

export interface CaptchaStandIn {
  /** For CAPTCHA_BASE_URL. */
  readonly url: string;
  /** Every request that arrived. */
  readonly requests: readonly CaptchaStandInRequest[];
  /** What the widget of a site gives to somebody who solved it: good once. */
  solve(siteKey?: string): string;
  answerNext(...answers: readonly CaptchaAnswer[]): void;
  close(): Promise<void>;
}

export interface CaptchaAccount {
  readonly provider: 'turnstile' | 'hcaptcha';
  readonly siteKey: string;
  readonly secret: string;
}

interface Parts {
  readonly account: CaptchaAccount;
  /** Site keys of the tokens that nobody has presented yet, and those that somebody has. */
  readonly fresh: Map<string, string>;
  readonly seen: Set<string>;
}

const PATHS = { turnstile: '/turnstile/v0/siteverify', hcaptcha: '/siteverify' } as const;

/** A local HTTP server that judges tokens as the provider would, in the provider's words. */
export async function startCaptchaStandIn(account: CaptchaAccount): Promise<CaptchaStandIn> {
  const requests: CaptchaStandInRequest[] = [];
  const script: CaptchaAnswer[] = [];
  const parts: Parts = { account, fresh: new Map(), seen: new Set() };
  const server = createServer(async (incoming, response) => {
    const request = await readRequest(incoming);
    requests.push(request);
    const answer = script.shift();
    if (answer) return give(response, answer);
    if (request.method !== 'POST' || request.path !== PATHS[account.provider]) {
      return give(response, { kind: 'http', status: 404, body: '<html>' });
    }
    const codes = problemsOf(request.form, parts);
    const verdict = { success: codes.length === 0, 'error-codes': codes, hostname: 'app.example.com' };
    return give(response, { kind: 'http', status: 200, body: JSON.stringify(verdict) });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    solve(siteKey = account.siteKey) {
      const token = `token-${randomBytes(12).toString('hex')}`;
      parts.fresh.set(token, siteKey);
      return token;
    },
    answerNext: (...answers) => void script.push(...answers),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<CaptchaStandInRequest> {
  const isForm = incoming.headers['content-type']?.split(';')[0] === 'application/x-www-form-urlencoded';
  const form = Object.fromEntries(new URLSearchParams(await text(incoming)));
  return { method: incoming.method ?? '', path: incoming.url ?? '', form: isForm ? form : {} };
}

/** hCaptcha has one secret for all sites of an account, Turnstile one for each: there a strange token is simply none. */
function problemsOf(form: Readonly<Record<string, string>>, { account, fresh, seen }: Parts): string[] {
  const { secret, response, sitekey } = form;
  const hcaptcha = account.provider === 'hcaptcha';
  if (!secret) return ['missing-input-secret'];
  if (secret !== account.secret) return ['invalid-input-secret'];
  if (!response) return ['missing-input-response'];
  if (seen.has(response)) return [hcaptcha ? 'invalid-or-already-seen-response' : 'timeout-or-duplicate'];
  const siteKey = fresh.get(response);
  if (siteKey === undefined) return ['invalid-input-response'];
  if (hcaptcha && sitekey !== undefined && sitekey !== siteKey) return ['sitekey-secret-mismatch'];
  if (!hcaptcha && siteKey !== account.siteKey) return ['invalid-input-response'];
  seen.add(response);
  return [];
}

function give(response: ServerResponse, answer: CaptchaAnswer): void {
  switch (answer.kind) {
    case 'http': {
      const location = answer.location === undefined ? {} : { location: answer.location };
      response.writeHead(answer.status, { 'content-type': 'application/json', ...location }).end(answer.body);
      return;
    }
    case 'hang':
      return;
    case 'trickle': {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
      return;
    }
    case 'close':
      response.destroy();
  }
}
