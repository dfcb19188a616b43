import { type Price, type ProviderName, sendFailures } from './message-sender.js';

/** Why a message did not arrive: no provider took it, or a provider took it and lost it. A closed set, stored. */
export const deliveryFailures = [
  ...sendFailures,
  /** The phone is off, has no reception or is full. */
  'unreachable',
  /** An operator filtered it. */
  'blocked',
  /** A call: busy, or not answered. */
  'not_answered',
  /** The reason is not known. */
  'undelivered',
] as const;
export type DeliveryFailure = (typeof deliveryFailures)[number];

/** What a provider says later of a message that it took. */
export interface DeliveryReport {
  /** Id of the message's row. Null: the report names the provider's own id only, and the send was accepted with `reportsById`. */
  readonly messageId: string | null;
  readonly provider: ProviderName;
  /** Null where the provider has no ids. */
  readonly providerMessageId: string | null;
  /** A call is delivered when it was answered and heard. */
  readonly state: 'sent' | 'delivered' | 'failed';
  /** With `failed`. */
  readonly failure?: DeliveryFailure | undefined;
  readonly providerCode?: string | null | undefined;
  /** As in the outcome of a send. */
  readonly providerMessage?: string | undefined;
  readonly price?: Price | undefined;
}

/** Keeps what providers report. Reports may come twice, out of order, and before the answer to the send. */
export interface DeliveryReports {
  /** False: the message does not exist any more, or is no longer with that provider. */
  report(report: DeliveryReport): Promise<boolean>;
}

/** A request in which a provider reports, as the HTTP layer has it. */
export interface ReportRequest {
  /** As the provider was told it: PUBLIC_URL, path and query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As it came. */
  readonly body: string;
}

/** Checks that a report comes from one provider, and reads it. */
export interface ReportReceiver {
  /** Below PUBLIC_URL: `/webhooks/…`. */
  readonly path: string;
  /** Default: POST. */
  readonly method?: 'GET' | 'POST' | undefined;
  /** `*`: any. */
  readonly contentType: string;
  /** Bytes of a body at most; absent: as many as a request of GraphQL may have. */
  readonly mostBytes?: number;
  /** An HTTP status: 204 or 200 kept, or of no interest; 400 cannot be read; 403 the signature is not right. */
  receive(request: ReportRequest): Promise<ReportStatus>;
  /**
   * Answers the GET by which a provider asks whether this address is ours, with a text that it gave along. Null: it does not show
   * that it is the provider. Absent where a provider does not ask.
   */
  answerChallenge?(request: Pick<ReportRequest, 'url'>): string | null;
}

/** Some providers take only 200 for a success, and send everything else again. */
export type ReportStatus = 200 | 204 | 400 | 403;
