import type { Clock } from '../../platform/clock.js';
import type { DeliveryReports, ReportReceiver, ReportRequest } from '../delivery-report.js';
import { parseJson, readAnswerBody } from '../http/answer.js';
import { type Exchange, httpExchange } from '../http/exchange.js';
import { readEvent } from './report.js';
import { isSignedBy, readSnsMessage, type SnsMessage } from './sns-message.js';

export interface AwsReceiverParts {
  readonly topicArn: string;
  readonly reports: DeliveryReports;
  readonly clock: Clock;
  /** How AWS is asked: for certificates, and to confirm the subscription. */
  readonly exchange?: Exchange | undefined;
}

/** Milliseconds for a question to AWS. SNS waits 15 seconds for our answer. */
const PATIENCE_MS = 5_000;
/** Seconds for which a message is taken: SNS repeats what failed for six hours. */
const OLDEST = 86_400;
const CLOCKS_DIFFER = 300;
/** SNS changes its certificate now and then. */
const MOST_CERTIFICATES = 8;
const CERTIFICATE = /^\/SimpleNotificationService-[0-9a-f]{20,64}\.pem$/;
const TOKEN = /^[0-9a-f]{40,1000}$/;

/**
 * Takes reports that AWS publishes to a topic of Amazon SNS. SNS signs them. Requests of ours go to the one host of the topic's
 * region, with paths that are checked or made here: no address of a message is followed (docs/decisions/0067).
 */
export class AwsReportReceiver implements ReportReceiver {
  readonly path = '/webhooks/aws';
  readonly contentType = 'text/plain';
  readonly #parts: AwsReceiverParts;
  readonly #host: string;
  readonly #exchange: Exchange;
  readonly #certificates = new Map<string, string>();

  constructor(parts: AwsReceiverParts) {
    this.#parts = parts;
    this.#host = `sns.${parts.topicArn.split(':')[3] ?? ''}.amazonaws.com`;
    this.#exchange = parts.exchange ?? httpExchange();
  }

  /** A report that comes twice, by mistake or replayed, is passed on twice: it changes nothing the second time. */
  async receive({ body }: ReportRequest): Promise<204 | 400 | 403> {
    const message = readSnsMessage(body);
    // The topic first: without it, no certificate is fetched.
    if (message === null || message.TopicArn !== this.#parts.topicArn || !this.#isTimely(message)) return 403;
    const certificate = await this.#certificateOf(message);
    if (certificate === null || !isSignedBy(message, certificate)) return 403;
    if (message.Type === 'SubscriptionConfirmation') return this.#confirm(message);
    return message.Type === 'Notification' ? this.#take(message) : 204;
  }

  #isTimely({ Timestamp }: SnsMessage): boolean {
    const age = (this.#parts.clock.now().getTime() - Date.parse(Timestamp)) / 1000;
    return age <= OLDEST && age >= -CLOCKS_DIFFER;
  }

  async #take({ Message }: SnsMessage): Promise<204 | 400> {
    const event = parseJson(Message);
    if (event === undefined) return 400;
    const report = readEvent(event);
    if (report !== null) await this.#parts.reports.report(report);
    return 204;
  }

  /** Without it SNS sends nothing. The address is made here, and says no more than that this topic may send. */
  async #confirm({ Token: token = '' }: SnsMessage): Promise<204 | 400> {
    if (!TOKEN.test(token)) return 400;
    const query = new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: this.#parts.topicArn, Token: token });
    return (await this.#get(`/?${query.toString()}`)) === null ? 400 : 204;
  }

  /** Null: its address is not that of a certificate of SNS. @throws where AWS cannot be asked: SNS then sends the message again */
  async #certificateOf({ SigningCertURL }: SnsMessage): Promise<string | null> {
    const path = pathAt(SigningCertURL, this.#host);
    if (path === null || !CERTIFICATE.test(path)) return null;
    const known = this.#certificates.get(path);
    if (known !== undefined) return known;
    const certificate = await this.#get(path);
    // There is no such certificate: the address was made up, and SNS sent nothing.
    if (certificate === null) return null;
    if (this.#certificates.size >= MOST_CERTIFICATES) this.#certificates.clear();
    this.#certificates.set(path, certificate);
    return certificate;
  }

  /** Null: AWS refuses. No redirect is followed. @throws where AWS cannot be asked now */
  async #get(path: string): Promise<string | null> {
    const answer = await this.#exchange({
      method: 'GET',
      url: new URL(`https://${this.#host}${path}`),
      headers: {},
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.status === 200) return (await readAnswerBody(answer)).text;
    answer.discard();
    if (answer.status === 403 || answer.status === 404) return null;
    throw new Error(`Amazon SNS answered ${answer.status} to a question of ours.`);
  }
}

/** Null: it is an address of another host, or has more than a path. */
function pathAt(address: string, host: string): string | null {
  const start = `https://${host}`;
  const path = address.slice(start.length);
  return address.startsWith(`${start}/`) ? path : null;
}
