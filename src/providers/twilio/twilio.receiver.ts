import type { DeliveryReports, ReportReceiver, ReportRequest } from '../delivery-report.js';
import { type ReportFields, readReport } from './report.js';
import { REPORT_RETRIES, TWILIO_REPORT_PATH } from './status-url.js';

export interface TwilioReportParts {
  readonly accountSid: string;
  /** With it Twilio signs what it reports. */
  readonly authToken: string;
  readonly reports: DeliveryReports;
}

type Validate = (authToken: string, signature: string, url: string, fields: ReportFields) => boolean;

/** Twilio's reports have about twenty fields. Checking thousands of them would block the process for 0.1 s. */
const MOST_FIELDS = 100;
/** An HMAC-SHA1 in base64. */
const SIGNATURE = /^[A-Za-z0-9+/]{27}=$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Loads the package only now, as client.ts does. */
export async function createTwilioReceiver(parts: TwilioReportParts): Promise<ReportReceiver> {
  const { default: twilio } = await import('twilio');
  return new TwilioReportReceiver(parts, twilio.validateRequest);
}

/**
 * Takes reports from Twilio about messages and calls. It first checks that the request comes from Twilio and is about our
 * account (docs/decisions/0027). The signature does not cover the time, so a recorded report can be sent again. It then
 * repeats what it said before, which changes nothing.
 */
class TwilioReportReceiver implements ReportReceiver {
  readonly path = TWILIO_REPORT_PATH;
  readonly contentType = 'application/x-www-form-urlencoded';
  readonly #parts: TwilioReportParts;
  readonly #validate: Validate;

  constructor(parts: TwilioReportParts, validate: Validate) {
    this.#parts = parts;
    this.#validate = validate;
  }

  async receive(request: ReportRequest): Promise<204 | 400 | 403> {
    const fields = readForm(request.body);
    if (fields === null || !this.#isGenuine(request, fields)) return 403;
    const messageId = messageIdOf(request.url);
    const reading = readReport(fields);
    if (messageId === null || reading === 'unreadable') return 400;
    if (reading !== 'nothing') await this.#parts.reports.report({ messageId, provider: 'twilio', ...reading });
    return 204;
  }

  #isGenuine({ url, headers }: ReportRequest, fields: ReportFields): boolean {
    const { accountSid, authToken } = this.#parts;
    const signature = headers['x-twilio-signature'];
    // Two headers arrive as one with a comma. Most forged reports end here, before the signature is computed, which can
    // block the process for 5 ms with a long address and form.
    if (typeof signature !== 'string' || !SIGNATURE.test(signature) || fields['AccountSid'] !== accountSid)
      return false;
    // Twilio does not document whether it signs the address with the fragment or without it.
    return [url, `${url}${REPORT_RETRIES}`].some((each) => this.#validate(authToken, signature, each, fields));
  }
}

/**
 * Null: there are too many fields, or a name comes twice. Twilio sends no name twice, and the signature would not tell
 * which of the two is meant.
 */
function readForm(body: string): ReportFields | null {
  const form = new URLSearchParams(body);
  if (form.size > MOST_FIELDS) return null;
  const fields = Object.fromEntries(form);
  return Object.keys(fields).length === form.size ? fields : null;
}

/** Id of the row, which the report address holds (status-url.ts). */
function messageIdOf(url: string): string | null {
  const [id, ...others] = new URL(url).searchParams.getAll('message');
  return id !== undefined && others.length === 0 && UUID.test(id) ? id : null;
}
