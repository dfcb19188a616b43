import type { Clock } from '../platform/clock.js';
import { signatureOf, webhookKey } from '../platform/webhook-signature.js';
import type { Tracing } from '../tracing/tracing.js';
import type { DescribedEvent } from './event-description.js';

/** What became of an attempt. */
export type Delivery =
  | { readonly kind: 'delivered' }
  /** The receiver has judged this event. Others may pass. */
  | { readonly kind: 'refused'; readonly failure: string }
  /** It is not there, or asks us to wait: this says nothing about the event. */
  | { readonly kind: 'away'; readonly failure: string; readonly retryAfterSeconds: number | null };

export interface Receiver {
  deliver(event: DescribedEvent): Promise<Delivery>;
}

export interface ReceiverSettings {
  readonly url: string;
  /** The first is the new one. Receivers accept what one of them has signed. */
  readonly secrets: readonly string[];
  /** For a whole exchange. */
  readonly timeoutMs: number;
}

/** The receiver asks for another attempt (RFC 9110, sections 15.5.9 and 15.6; RFC 8470; RFC 6585). */
const TEMPORARY: ReadonlySet<number> = new Set([408, 425, 429]);
/** The longest wait that a receiver may ask for, in seconds. */
const MOST_WAIT = 3_600;

/** Posts events to one address, signed by Standard Webhooks. The id is that of the event, at every attempt. */
export class WebhookReceiver implements Receiver {
  // Private to the runtime too: the keys must not be in anything that is printed.
  readonly #keys: readonly Buffer[];
  readonly #url: string;
  readonly #timeoutMs: number;
  readonly #clock: Clock;

  constructor({ url, secrets, timeoutMs }: ReceiverSettings, clock: Clock) {
    this.#url = url;
    this.#keys = secrets.map(webhookKey);
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  async deliver(event: DescribedEvent): Promise<Delivery> {
    try {
      const response = await fetch(this.#url, {
        ...this.#request(event),
        method: 'POST',
        // Data of people go to the configured address and nowhere else.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      await response.body?.cancel();
      return judge(response);
    } catch (error) {
      return { kind: 'away', failure: codeOf(error), retryAfterSeconds: null };
    }
  }

  #request(event: DescribedEvent): { headers: Record<string, string>; body: string } {
    const { id, kind: type, at, data } = event;
    const timestamp = Math.floor(this.#clock.now().getTime() / 1000);
    const body = JSON.stringify({ type, timestamp: at.toISOString(), data });
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'phone-accounts',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': this.#keys.map((key) => signatureOf({ id, timestamp, body }, key)).join(' '),
    };
    return { headers, body };
  }
}

/** The same with a span for each attempt. */
export function tracedReceiver(receiver: Receiver, tracing: Tracing): Receiver {
  const resultOf = ({ kind }: Delivery) => ({ outcome: kind, isFailure: kind !== 'delivered' });
  return {
    deliver: (event) => tracing.span({ name: 'deliver event', isCall: true }, () => receiver.deliver(event), resultOf),
  };
}

function judge({ ok, status, headers }: Response): Delivery {
  if (ok) return { kind: 'delivered' };
  if (status >= 500 || TEMPORARY.has(status)) {
    const wait = Number(headers.get('retry-after') ?? Number.NaN);
    const retryAfterSeconds = Number.isFinite(wait) && wait > 0 ? Math.min(wait, MOST_WAIT) : null;
    return { kind: 'away', failure: String(status), retryAfterSeconds };
  }
  return { kind: 'refused', failure: String(status) };
}

/** Only names and codes: the message of an error may quote what was sent. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'ERROR';
  if (error.name === 'TimeoutError') return 'TIMEOUT';
  const code = error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : '';
  return /^[A-Z][A-Z0-9_]{2,39}$/.test(code) ? code : 'ERROR';
}
