/** One text to hand to a provider. */
export interface OutgoingMessage {
  /** Id of the message's row: the same for every attempt, for providers that can deduplicate. */
  readonly id: string;
  /** E.164. */
  readonly to: string;
  readonly text: string;
}

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
  | { readonly kind: 'failed'; readonly reason: SendFailure; readonly providerCode: string | null };

/** A way to send a text. Adapters never throw: whatever a provider does becomes an outcome. */
export interface MessageSender {
  /** Name stored with each message: `console`, `twilio`. */
  readonly provider: string;
  send(message: OutgoingMessage): Promise<SendOutcome>;
}
