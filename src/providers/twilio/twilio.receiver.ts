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

/** Twilio's reports have about twenty fields. To check thousands takes a tenth of a second of everybody's time. */
const MOST_FIELDS = 100;
/** An HMAC-SHA1 in base64. */
const SIGNATURE = /^[A-Za-z0-9+/]{27}=$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The package is loaded with the first sender that needs it, so only now here as well (twilio-client.ts). */
export async function createTwilioReceiver(parts: TwilioReportParts): Promise<ReportReceiver> {
  const { default: twilio } = await import('twilio');
  return new TwilioReportReceiver(parts, twilio.validateRequest);
}

/**
 * Takes what Twilio reports of messages and calls. Nothing is told or looked up before it is known that the request is
 * Twilio's and about our account (docs/decisions/0027). The signature does not cover the time, so a report that somebody
 * recorded can come again: it says once more what was said.
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
    // Two headers come as one with a comma. Most of what is forged ends here, before anything is computed: with a long
    // address and form that takes up to 5 ms of everybody's time.
    if (typeof signature !== 'string' || !SIGNATURE.test(signature) || fields['AccountSid'] !== accountSid)
      return false;
    // The address as it was given, or as it was called: Twilio does not say which one it signs.
    return [url, `${url}${REPORT_RETRIES}`].some((each) => this.#validate(authToken, signature, each, fields));
  }
}

/**
 * Null: there are too many fields, or a name comes twice. Twilio's do not, and the signature would not tell which one is
 * meant.
 */
function readForm(body: string): ReportFields | null {
  const form = new URLSearchParams(body);
  if (form.size > MOST_FIELDS) return null;
  const fields = Object.fromEntries(form);
  return Object.keys(fields).length === form.size ? fields : null;
}

/** Id of the row, which Twilio was told to say (twilio-status-url.ts). */
function messageIdOf(url: string): string | null {
  const [id, ...others] = new URL(url).searchParams.getAll('message');
  return id !== undefined && others.length === 0 && UUID.test(id) ? id : null;
}
