import { type Price, type Provider, sendFailures } from './message-sender.js';

/** Why a message did not arrive: it was not taken, or it was taken and got lost on its way. A closed set, stored. */
export const deliveryFailures = [
  ...sendFailures,
  /** The phone is off, has no reception or is full. */
  'unreachable',
  /** An operator filtered it. */
  'blocked',
  /** A call: busy, or nobody answered. */
  'not_answered',
  /** The number is not on that channel, such as WhatsApp. */
  'not_on_channel',
  /** Nobody tells why. */
  'undelivered',
] as const;
export type DeliveryFailure = (typeof deliveryFailures)[number];

/** What a provider says later of a message that it took. */
export interface DeliveryReport {
  /** Id of the message's row. */
  readonly messageId: string;
  readonly provider: Provider;
  /** Null where the provider has no ids. */
  readonly providerMessageId: string | null;
  /** Of a call: delivered when it was answered and heard. */
  readonly state: 'sent' | 'delivered' | 'failed';
  /** With `failed`. */
  readonly failure?: DeliveryFailure | undefined;
  readonly providerCode?: string | null | undefined;
  readonly price?: Price | undefined;
}

/** Who keeps what providers report. Reports may come twice, out of order, and before the answer to the send. */
export interface DeliveryReports {
  /** False: there is no such message any more, or it is no longer with that provider. */
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

/** Reads the reports of one provider, once it knows that they are that provider's. */
export interface ReportReceiver {
  /** Below PUBLIC_URL: `/webhooks/twilio`. */
  readonly path: string;
  readonly contentType: string;
  /** An HTTP status: 204 kept or of no interest; 400 cannot be read; 403 the signature is not right. */
  receive(request: ReportRequest): Promise<204 | 400 | 403>;
}
