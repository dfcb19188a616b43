import { createHash, timingSafeEqual } from 'node:crypto';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.js';
import type { DeliveryReport, DeliveryReports, ReportReceiver, ReportRequest } from '../delivery-report.js';
import { parseJson } from '../http/answer.js';
import { lostBecause, readProblem } from './failure.js';

/** Below PUBLIC_URL. */
export const VONAGE_REPORT_PATH = '/webhooks/vonage';
/** Seconds by which the time of a signature may differ from our clock. */
const TOLERANCE = 300;
/** `Bearer` and a JWT of three parts. */
const BEARER = /^Bearer ([\w-]{1,500}\.[\w-]{1,2000}\.[\w-]{43})$/i;

export interface VonageReceiverParts {
  readonly signatureSecret: string;
  readonly applicationId: string;
  /** Null: it is not known, and not compared. */
  readonly apiKey: string | null;
  readonly reports: DeliveryReports;
  readonly clock: Clock;
}

/** What a report tells of its price. Anything else counts as absent. */
const usageSchema = z
  .object({
    currency: z.string().regex(/^[A-Z]{3}$/),
    price: z.union([z.string().regex(/^\d{1,6}(\.\d{1,10})?$/), z.number().nonnegative()]).transform(Number),
  })
  .transform(({ currency, price: amount }) => ({ currency, amount }))
  .optional()
  .catch(undefined);

/** The report of a message's status (https://developer.vonage.com/en/api/messages, "Message Status"). */
const reportSchema = z.object({
  message_uuid: z.string().regex(/^[\w-]{1,64}$/),
  status: z.string().max(40),
  client_ref: z.uuid(),
  usage: usageSchema,
  error: z.unknown().optional(),
});
type VonageReport = z.output<typeof reportSchema>;

/**
 * Takes reports from Vonage. Each comes with a token that is signed with the signature secret of the account, tells when it was
 * made, and has a hash of the body (https://developer.vonage.com/en/getting-started/concepts/webhooks, "Signed webhooks").
 */
export class VonageReportReceiver implements ReportReceiver {
  readonly path = VONAGE_REPORT_PATH;
  readonly contentType = 'application/json';
  readonly #parts: VonageReceiverParts;
  readonly #key: Uint8Array;

  constructor(parts: VonageReceiverParts) {
    this.#parts = parts;
    this.#key = new TextEncoder().encode(parts.signatureSecret);
  }

  /** A report that comes twice, by mistake or replayed, is passed on twice: it changes nothing the second time. */
  async receive(request: ReportRequest): Promise<204 | 400 | 403> {
    if (!(await this.#isGenuine(request))) return 403;
    const report = reportSchema.safeParse(parseJson(request.body));
    // A message that we did not send by this service has another reference, or none.
    if (!report.success) return parseJson(request.body) === undefined ? 400 : 204;
    const became = readReport(report.data);
    if (became !== null) await this.#parts.reports.report(became);
    return 204;
  }

  async #isGenuine({ headers, body }: ReportRequest): Promise<boolean> {
    const { applicationId, apiKey, clock } = this.#parts;
    const token = BEARER.exec(String(headers['authorization'] ?? ''))?.[1];
    if (token === undefined) return false;
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ['HS256'],
        currentDate: clock.now(),
        clockTolerance: TOLERANCE,
        // Beside the tolerance.
        maxTokenAge: 1,
      });
      const isOurs =
        (payload['application_id'] === undefined || payload['application_id'] === applicationId) &&
        (apiKey === null || payload['api_key'] === apiKey);
      return isOurs && isHashOf(payload['payload_hash'], body);
    } catch {
      return false;
    }
  }
}

/** Null: it holds no news. */
function readReport({ message_uuid, status, client_ref, usage, error }: VonageReport): DeliveryReport | null {
  const about = { messageId: client_ref, provider: 'vonage', providerMessageId: message_uuid };
  const price = usage && { price: usage };
  switch (status) {
    case 'submitted':
      return { ...about, state: 'sent', ...price };
    case 'delivered':
    case 'read':
      return { ...about, state: 'delivered', ...price };
    case 'rejected':
    case 'undeliverable':
      return { ...about, state: 'failed', ...lostBecause(readProblem(innermost(error))), ...price };
    default:
      return null;
  }
}

function innermost(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'error' in error ? error.error : error;
}

function isHashOf(hash: unknown, body: string): boolean {
  const expected = Buffer.from(createHash('sha256').update(body).digest('hex'));
  const given = Buffer.from(String(hash).toLowerCase());
  return given.length === expected.length && timingSafeEqual(given, expected);
}
