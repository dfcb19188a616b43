import type { Channel } from '../texts/channel.js';
import type { Locale } from '../texts/locale.js';
import type { Speech } from '../texts/otp-speech.js';

/** Names of the ways to send, as routes, rows, logs and metrics have them. */
export const providers = ['console', 'twilio', 'webhook', 'smtp'] as const;
export type Provider = (typeof providers)[number];

/** One message to hand to a provider. Every channel has a text; voice and email need more. */
export type OutgoingMessage = Addressed &
  (
    | { readonly channel: 'SMS' | 'WHATSAPP' }
    | { readonly channel: 'VOICE'; readonly speech: Speech }
    | { readonly channel: 'EMAIL'; readonly subject: string }
  );

interface Addressed {
  /** Id of the message's row: the same for every attempt, for providers that can deduplicate. */
  readonly id: string;
  /** E.164; with EMAIL an address. */
  readonly to: string;
  /** Six Latin digits; they are in `text` as well, of a call with commas between them. */
  readonly code: string;
  readonly locale: Locale;
  /** What a person reads; of a call, what is said. */
  readonly text: string;
  /** When the code expires. */
  readonly expiresAt: Date;
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
}

/** Seconds within which a sender tells the outcome, whatever the provider does. */
export const SEND_WITHIN = 20;
/**
 * Messages that a process hands to a provider at once: a slow one is not given more, the rest waits in the outbox. For
 * each provider, so that a slow one holds up nobody whose messages another one sends.
 */
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

/** What a message cost, where a provider tells it. */
export interface Price {
  /** In units of `currency`, never negative. */
  readonly amount: number;
  /** ISO 4217, e.g. `USD`. */
  readonly currency: string;
}

export type SendOutcome =
  | {
      readonly kind: 'accepted';
      readonly providerMessageId: string | null;
      /** Where the provider tells it at once. */
      readonly price?: Price | undefined;
    }
  | {
      readonly kind: 'failed';
      readonly reason: SendFailure;
      readonly providerCode: string | null;
      /** Where the provider told how long to wait. */
      readonly retryAfterSeconds?: number | undefined;
    };

export type AcceptedOutcome = Extract<SendOutcome, { kind: 'accepted' }>;
export type FailedOutcome = Extract<SendOutcome, { kind: 'failed' }>;

/** A way to send. Adapters never throw: whatever a provider does becomes an outcome, within `SEND_WITHIN`. */
export interface MessageSender {
  readonly provider: Provider;
  send(message: OutgoingMessage): Promise<SendOutcome>;
  /**
   * Looks for a message that an earlier attempt may have left with the provider, before another provider is given it.
   * Null: there is none, or nobody can tell. Absent where a provider cannot be asked.
   */
  findEarlier?(message: OutgoingMessage & { readonly earlier: EarlierAttempts }): Promise<AcceptedOutcome | null>;
  /** What a message cost that has arrived or failed; null: not known (yet). Absent where a provider does not tell. */
  priceOf?(message: { readonly providerMessageId: string; readonly channel: Channel }): Promise<Price | null>;
}
