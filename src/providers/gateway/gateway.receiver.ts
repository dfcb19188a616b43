import { z } from 'zod';
import type { Clock } from '../../platform/clock.js';
import {
  type DeliveryFailure,
  type DeliveryReport,
  type DeliveryReports,
  deliveryFailures,
  type ReportReceiver,
  type ReportRequest,
} from '../delivery-report.js';
import { said } from '../provider-words.js';
import { reportedPrice } from './price.js';
import { isSigned, type SignedContent, TOLERANCE, webhookKey } from '../../platform/webhook-signature.js';

/** The code of the message is not known here. A name with six digits that stand alone may hold it, and is not kept. */
const withoutCode = (text: string | null | undefined) =>
  text && !/(?<![\da-z])\d{6}(?![\da-z])/i.test(text) ? text : null;

/** What a gateway reports (docs/delivery.md). Members that are not known are ignored. */
const reportSchema = z.object({
  type: z.enum(['message.sent', 'message.delivered', 'message.failed']),
  /** Id of the message, as the gateway got it. */
  id: z.uuid(),
  providerMessageId: z
    .string()
    .regex(/^[\w.:@+/=-]{1,128}$/)
    .nullish()
    .transform(withoutCode),
  /** An unknown reason counts as absent. */
  reason: z.enum(deliveryFailures).nullish().catch(null),
  providerCode: z
    .string()
    .regex(/^[\w.-]{1,40}$/)
    .nullish()
    .transform(withoutCode),
  providerMessage: z.string().nullish().catch(null),
  price: reportedPrice,
});
type GatewayReport = z.output<typeof reportSchema>;

const states = { 'message.sent': 'sent', 'message.delivered': 'delivered', 'message.failed': 'failed' } as const;

/**
 * Reads reports of the gateway at WEBHOOK_URL about messages that it took. Both sides sign with the same secret, so the
 * signature of one of our own requests is right too if it comes back. Its type tells it apart from a report.
 */
export class WebhookReportReceiver implements ReportReceiver {
  readonly path = '/webhooks/delivery';
  readonly contentType = 'application/json';
  readonly #key: Buffer;
  readonly #reports: DeliveryReports;
  readonly #clock: Clock;

  /** @param parts.secret the secret that also signs messages */
  constructor({ secret, reports, clock }: { secret: string; reports: DeliveryReports; clock: Clock }) {
    this.#key = webhookKey(secret);
    this.#reports = reports;
    this.#clock = clock;
  }

  /** A report that comes twice, by mistake or replayed, is passed on twice: it changes nothing the second time. */
  async receive({ headers, body }: ReportRequest): Promise<204 | 400 | 403> {
    const content = contentOf(headers, body);
    const signature = headers['webhook-signature'];
    if (!content || typeof signature !== 'string' || !this.#isTimely(content)) return 403;
    if (!isSigned(content, signature, this.#key)) return 403;
    const report = readReport(body);
    if (!report) return 400;
    await this.#reports.report(report);
    return 204;
  }

  #isTimely({ timestamp }: SignedContent): boolean {
    return Math.abs(this.#clock.now().getTime() / 1000 - timestamp) <= TOLERANCE;
  }
}

/** Null where a header is missing, doubled or malformed. A point in an id would make it unclear what was signed. */
function contentOf(headers: ReportRequest['headers'], body: string): SignedContent | null {
  const [id, timestamp] = [headers['webhook-id'], headers['webhook-timestamp']];
  if (typeof id !== 'string' || !/^[\w:-]{1,128}$/.test(id)) return null;
  if (typeof timestamp !== 'string' || !/^[1-9]\d{0,11}$/.test(timestamp)) return null;
  return { id, timestamp: Number(timestamp), body };
}

function readReport(body: string): DeliveryReport | null {
  try {
    return toReport(reportSchema.parse(JSON.parse(body)));
  } catch {
    return null;
  }
}

function toReport({ type, id, reason, price, ...told }: GatewayReport): DeliveryReport {
  const state = states[type];
  const { providerMessageId, providerCode, providerMessage } = told;
  const failure: DeliveryFailure = reason ?? 'undelivered';
  return {
    messageId: id,
    provider: 'webhook',
    providerMessageId,
    state,
    ...(state === 'failed' && { failure, providerCode, ...said(providerMessage) }),
    ...(price && { price }),
  };
}
