import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { Parts } from '../parts.js';
import { freePort } from '../ports.js';
import type { Disturbances } from './disturbances.js';
import type { Findings } from './findings.js';

/** How the provider behaves. The share says how many of its answers are affected. */
export const MOODS = {
  'refuses (400)': { share: 0.3, fault: 'refuse' },
  'fails (503 to half)': { share: 0.5, fault: 'fail' },
  'is away (503 to all)': { share: 1, fault: 'fail' },
  'says slow down (429)': { share: 0.5, fault: 'slowDown' },
  hangs: { share: 0.3, fault: 'hang' },
  'answers after 3 s': { share: 1, fault: 'delay' },
  'takes the message, and its answer is lost': { share: 0.5, fault: 'lose' },
  'reports late, and twice': { share: 1, fault: 'lateReport' },
} as const;

export type Mood = keyof typeof MOODS;
/** A circuit breaker opens where these come in a row. Then codes are late for people who had no fault themselves. */
export const OPENS_BREAKERS: ReadonlySet<Fault> = new Set<Fault>(['fail', 'slowDown', 'hang', 'lose']);

type Fault = (typeof MOODS)[Mood]['fault'];

interface Message {
  readonly id: string;
  readonly to: string;
  readonly code: string | null;
}

/** What the provider knows of one id. */
interface Known {
  /** How often it was taken. */
  taken: number;
  /** When an answer that took it was sent whole. Null: none was. */
  answeredAt: number | null;
}

interface Code {
  readonly code: string;
  readonly at: number;
}

interface GatewayParts {
  readonly disturbances: Disturbances;
  readonly findings: Findings;
  readonly random: () => number;
  readonly secret: string;
}

const DELAY_MS = 3_000;
/** Reports come at random within this time. */
const [REPORT_MS, LATE_REPORT_MS] = [500, 40_000];
const REPORT_AGAIN_MS = 5_000;

/** A provider of texts behind Standard Webhooks. It has moods, and it remembers each id that it took. */
export class Gateway {
  mood: Mood | null = null;
  attempts = 0;
  taken = 0;
  /** Ids that came again after an answer was lost, or after a kill or a fail-over. */
  repeated = 0;
  reports = 0;
  /** Where reports go. */
  reportUrl = '';
  readonly #parts: GatewayParts;
  readonly #webhook: Webhook;
  readonly #known = new Map<string, Known>();
  readonly #codes = new Map<string, Code>();
  /** When a message for a number was last not taken. */
  readonly #faulted = new Map<string, number>();
  #isOver = false;

  private constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#webhook = new Webhook(parts.secret);
  }

  static async start(
    parts: Pick<Parts, 'atEnd'>,
    gatewayParts: GatewayParts,
  ): Promise<{ gateway: Gateway; url: string }> {
    const gateway = new Gateway(gatewayParts);
    const server = createServer(async (request, response) => {
      try {
        const body = await text(request);
        await gateway.#answer({ headers: request.headers as Record<string, string>, body }, response);
      } catch {
        // A process that was killed in the middle of a request.
        response.destroy();
      }
    });
    const port = await freePort();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    parts.atEnd(async () => {
      gateway.#isOver = true;
      server.closeAllConnections();
      server.close();
    });
    return { gateway, url: `http://127.0.0.1:${port}/send` };
  }

  /** The code that came to a number since then, and was not fetched yet. Null: none came in time. */
  async take(phoneNumber: string, since: number, milliseconds: number): Promise<string | null> {
    const deadline = performance.now() + milliseconds;
    do {
      const found = this.#codes.get(phoneNumber);
      if (found && found.at >= since && this.#codes.delete(phoneNumber)) return found.code;
      await pause(20);
    } while (performance.now() < deadline);
    return null;
  }

  /** Whether it did not take a message for the number since then. */
  wasFaulted(phoneNumber: string, since: number): boolean {
    return (this.#faulted.get(phoneNumber) ?? 0) >= since;
  }

  async #answer({ headers, body }: { headers: Record<string, string>; body: string }, response: ServerResponse) {
    const message = this.#webhook.verify(body, headers) as Message;
    this.attempts += 1;
    const fault = this.#fault();
    if (fault !== null) this.#faulted.set(message.to, performance.now());
    await this.#give(message, response, fault);
  }

  #fault(): Fault | null {
    const mood = this.mood && MOODS[this.mood];
    return mood && this.#parts.random() < mood.share ? mood.fault : null;
  }

  async #give(message: Message, response: ServerResponse, fault: Fault | null): Promise<void> {
    if (fault === 'refuse') return void response.writeHead(400).end('{"error":"not today"}');
    if (fault === 'fail') return void response.writeHead(503).end();
    if (fault === 'slowDown') return void response.writeHead(429, { 'retry-after': '2' }).end();
    // The service closes the connection after ten seconds.
    if (fault === 'hang') return;
    const known = this.#take(message);
    if (fault === 'delay') await pause(DELAY_MS);
    void this.#report(message.id, fault === 'lateReport');
    if (fault === 'lose') return void response.destroy();
    response.on('finish', () => {
      known.answeredAt ??= performance.now();
    });
    response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ id: `g-${message.id}` }));
  }

  #take({ id, to, code }: Message): Known {
    const known = this.#known.get(id) ?? { taken: 0, answeredAt: null };
    this.#known.set(id, known);
    known.taken += 1;
    this.taken += 1;
    if (code !== null) this.#codes.set(to, { code, at: performance.now() });
    if (known.taken > 1) this.#judgeRepetition(id, known);
    return known;
  }

  /** A message may come again if its answer was lost, or if the process that got the answer could not write it down. */
  #judgeRepetition(id: string, { answeredAt }: Known): void {
    this.repeated += 1;
    if (answeredAt === null) return;
    const { disturbances, findings } = this.#parts;
    if (!disturbances.allow('repeated message', answeredAt, performance.now()))
      findings.add('doubled', `the message ${id} was sent again after the provider had taken it`);
  }

  /** A provider tries again for as long as it gets no answer. */
  async #report(id: string, isLate: boolean): Promise<void> {
    await pause(this.#parts.random() * (isLate ? LATE_REPORT_MS : REPORT_MS));
    for (let times = 0; times < (isLate ? 2 : 1); times += 1) {
      while (!this.#isOver && !(await this.#post(id))) await pause(REPORT_AGAIN_MS);
    }
  }

  async #post(id: string): Promise<boolean> {
    const body = JSON.stringify({ type: 'message.delivered', id });
    const [webhookId, now] = [randomUUID(), new Date()];
    const headers = {
      'content-type': 'application/json',
      'webhook-id': webhookId,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': this.#webhook.sign(webhookId, now, body),
    };
    const from = performance.now();
    const status = await fetch(this.reportUrl, { method: 'POST', headers, body, signal: AbortSignal.timeout(15_000) })
      .then((response) => response.status)
      .catch(() => 0);
    if (status === 204) this.reports += 1;
    else this.#judgeReport(status, from);
    return status === 204;
  }

  #judgeReport(status: number, from: number): void {
    const { disturbances, findings } = this.#parts;
    if (this.#isOver || disturbances.allow('no answer', from, performance.now())) return;
    findings.add('failed outside of a window', `delivery report: ${status === 0 ? 'no answer' : `HTTP ${status}`}`);
  }
}
