import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { DeliveryReports, ReportReceiver, ReportRequest } from '../delivery-report.js';
import { parseJson } from '../http/answer.js';
import { readReports } from './report.js';

/** Bytes that a notification of Meta may have. After an outage many come in one. */
const MOST_BYTES = 3 * 1024 * 1024;

export interface WhatsAppReportParts {
  readonly appSecret: string;
  readonly verifyToken: string;
  readonly phoneNumberId: string;
  readonly reports: DeliveryReports;
}

/**
 * Takes notifications of Meta
 * (https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint). Its signature does
 * not cover the time, so a recorded notification can be sent again. It then repeats what it said before, which changes nothing.
 */
export class WhatsAppReportReceiver implements ReportReceiver {
  readonly path = '/webhooks/whatsapp';
  readonly contentType = 'application/json';
  readonly mostBytes = MOST_BYTES;
  readonly #parts: WhatsAppReportParts;

  constructor(parts: WhatsAppReportParts) {
    this.#parts = parts;
  }

  async receive({ headers, body }: ReportRequest): Promise<200 | 400 | 403> {
    const { appSecret, phoneNumberId, reports } = this.#parts;
    if (!isSigned(body, headers['x-hub-signature-256'], appSecret)) return 403;
    const read = readReports(parseJson(body), phoneNumberId);
    if (read === null) return 400;
    // In their order, because a message is sent before it is delivered.
    for (const report of read) await reports.report(report);
    return 200;
  }

  answerChallenge({ url }: Pick<ReportRequest, 'url'>): string | null {
    const { searchParams } = new URL(url);
    const only = (name: string) => (searchParams.getAll(name).length === 1 ? searchParams.get(name) : null);
    const challenge = only('hub.challenge');
    const isMeta = only('hub.mode') === 'subscribe' && isSame(only('hub.verify_token') ?? '', this.#parts.verifyToken);
    return isMeta && challenge !== null && /^[\w-]{1,200}$/.test(challenge) ? challenge : null;
  }
}

/** HMAC-SHA-256 over the body: `sha256=` and hexadecimal digits. */
function isSigned(body: string, signature: string | string[] | undefined, appSecret: string): boolean {
  // Two headers of a name arrive as one with a comma, or as a list.
  if (typeof signature !== 'string' || !/^sha256=[\da-f]{64}$/i.test(signature)) return false;
  const right = createHmac('sha256', appSecret).update(body).digest();
  return timingSafeEqual(right, Buffer.from(signature.slice('sha256='.length), 'hex'));
}

/** In constant time, whatever the lengths. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
