/** One text to hand to a provider. */
export interface OutgoingMessage {
  /** Id of the message's row: the same for every attempt, for providers that can deduplicate. */
  readonly id: string;
  /** E.164. */
  readonly to: string;
  readonly text: string;
  /** Absent for the first attempt. */
  readonly earlier?: EarlierAttempts | undefined;
}

/**
 * There were attempts before, and nobody knows whether one was taken: it was not answered, or whoever made it died. A
 * sender whose provider cannot deduplicate by id looks there first, and hands over only what has not been taken.
 */
export interface EarlierAttempts {
  /** No attempt began before. */
  readonly since: Date;
  /** What the text of each of them holds, whatever else has changed in it since. */
  readonly code: string;
}

/** Seconds within which a sender tells the outcome, whatever the provider does. */
export const SEND_WITHIN = 20;
/** Messages that a process hands over at once: a slow provider is not given more, the rest waits in the outbox. */
export const MOST_UNDER_WAY = 50;

/** Why a provider did not take a message. A closed set: stored with the message, logged and counted. */
export const sendFailures = [
  'invalid_number',
  'country_not_enabled',
  'opted_out',
  'bad_credentials',
  'slow_down',
  'rejected',
  'provider_unavailable',
  'timeout',
] as const;
export type SendFailure = (typeof sendFailures)[number];

export type SendOutcome =
  | { readonly kind: 'accepted'; readonly providerMessageId: string | null }
  | {
      readonly kind: 'failed';
      readonly reason: SendFailure;
      readonly providerCode: string | null;
      /** Where the provider told how long to wait. */
      readonly retryAfterSeconds?: number | undefined;
    };

export type FailedOutcome = Extract<SendOutcome, { kind: 'failed' }>;

/** A way to send a text. Adapters never throw: whatever a provider does becomes an outcome, within `SEND_WITHIN`. */
export interface MessageSender {
  /** Name stored with each message: `console`, `twilio`. */
  readonly provider: string;
  send(message: OutgoingMessage): Promise<SendOutcome>;
}
