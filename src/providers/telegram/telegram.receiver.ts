import { validate } from 'uuid';
import type { Clock } from '../../platform/clock.js';
import type { DeliveryReport, DeliveryReports, ReportReceiver, ReportRequest } from '../delivery-report.js';
import { parseJson } from '../http/answer.js';
import { TELEGRAM_REPORT_PATH } from './report-address.js';
import { priceOf, type RequestStatus, requestStatus } from './request-status.js';
import { isGenuine, reportKey } from './signature.js';

/**
 * Takes Telegram's reports (https://core.telegram.org/gateway/api#report-delivery). Telegram sends everything again that is not
 * answered by 200.
 */
export class TelegramReportReceiver implements ReportReceiver {
  readonly path = TELEGRAM_REPORT_PATH;
  readonly contentType = 'application/json';
  readonly #key: Buffer;
  readonly #reports: DeliveryReports;
  readonly #clock: Clock;

  constructor({ token, reports, clock }: { token: string; reports: DeliveryReports; clock: Clock }) {
    this.#key = reportKey(token);
    this.#reports = reports;
    this.#clock = clock;
  }

  /** A report that comes twice, by mistake or replayed, is passed on twice: it changes nothing the second time. */
  async receive(request: ReportRequest): Promise<200 | 400 | 403> {
    if (!isGenuine(request, this.#key, this.#clock.now())) return 403;
    const { data: status } = requestStatus.safeParse(parseJson(request.body));
    if (status === undefined) return 400;
    const report = reportOf(status);
    if (report !== null) await this.#reports.report(report);
    return 200;
  }
}

/** Null: it is about a message that is not ours, or holds no news, as what users typed is none. */
function reportOf(status: RequestStatus): DeliveryReport | null {
  const { request_id: providerMessageId, payload: messageId = '' } = status;
  const became = becameOf(status.delivery_status?.status);
  if (became === null || !validate(messageId)) return null;
  const price = priceOf(status);
  return { messageId, provider: 'telegram', providerMessageId, ...became, ...(price && { price }) };
}

/** https://core.telegram.org/gateway/api#deliverystatus */
function becameOf(status: string | undefined): Pick<DeliveryReport, 'state' | 'failure' | 'providerCode'> | null {
  switch (status) {
    case 'sent':
      return { state: 'sent' };
    case 'delivered':
    case 'read':
      return { state: 'delivered' };
    case 'expired':
      // No device of the person was online until its code expired.
      return { state: 'failed', failure: 'unreachable', providerCode: 'EXPIRED' };
    case 'revoked':
      return { state: 'failed', failure: 'undelivered', providerCode: 'REVOKED' };
    default:
      return null;
  }
}
