import type { Channel } from '../texts/channel.js';
import type { CodeUse } from '../texts/code-use.js';
import type { Locale } from '../texts/locale.js';
import type { NoticeKind } from '../texts/notice-kind.js';
import type { Speech } from '../texts/otp-speech.js';

/**
 * The name of a provider in settings, rows, logs and metrics. A string and no closed set: the list of providers is
 * passed in (provider-list.ts), and a row may name a provider that the service no longer has.
 */
export type ProviderName = string;

/** One message to hand to a provider. Every channel has a text; voice and email need more. */
export type OutgoingMessage = Addressed &
  (
    | { readonly channel: 'SMS' | 'WHATSAPP' | 'TELEGRAM' }
    | {
        readonly channel: 'VOICE';
        readonly speech: Speech;
        /** The same for providers without a voice for the locale. An English voice cannot read Urdu. */
        readonly englishSpeech: Speech;
      }
    | { readonly channel: 'EMAIL'; readonly subject: string }
  );

interface Addressed {
  /** Id of the message's row: the same for every attempt, for providers that can deduplicate. */
  readonly id: string;
  /** E.164; with EMAIL an address. */
  readonly to: string;
  readonly locale: Locale;
  /** Six Latin digits. Of a notice: what takes a change back, or null. `text` holds it too; in a call with commas between the digits. */
  readonly code: string | null;
  /** Absent: it carries a one-time code. */
  readonly notice?: NoticeKind | undefined;
  /** What the code does besides signing in, where it does. */
  readonly use?: CodeUse | undefined;
  /** What a person reads; in a call, what is said. */
  readonly text: string;
  /** When the code expires. Of a notice: when it is no news any more. */
  readonly expiresAt: Date;
  /** Absent in the first attempt. */
  readonly earlier?: EarlierAttempts | undefined;
  /** What a developer is told beside the message. Only providers for development get it, and it is never sent. */
  readonly note?: string | undefined;
}

/**
 * There were attempts before whose outcome is unknown: the provider did not answer, or the sending process died. A
 * sender whose provider cannot deduplicate by id asks the provider first, and sends only what it has not taken.
 */
export interface EarlierAttempts {
  /** The first attempt began at this time or later. */
  readonly since: Date;
}

/** Seconds within which a sender returns the outcome, whatever the provider does. */
export const SEND_WITHIN = 20;
/**
 * Milliseconds that one request to a provider may take: half of the above, because some senders need two requests, and
 * because the next provider of the route needs time too.
 */
export const PROVIDER_TIMEOUT_MS = (SEND_WITHIN / 2) * 1000;
/**
 * Messages that a process hands to one provider at the same time. The rest waits in the outbox. Each provider has its
 * own count, so a slow provider delays only its own messages.
 */
export const MOST_UNDER_WAY = 50;

/** Why a provider did not take a message. A closed set: stored with the message, logged and counted. */
export const sendFailures = [
  'invalid_number',
  /** The number is not on that channel, such as WhatsApp. */
  'not_on_channel',
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

/** What is left of the money that was paid to a provider ahead. */
export interface Balance {
  /** In units of `currency`. Negative: it is owed. */
  readonly amount: number;
  /** ISO 4217, e.g. `USD`. */
  readonly currency: string;
}

/** A message whose code was verified. */
export interface VerifiedSend {
  /** Id of the message's row. */
  readonly id: string;
  readonly providerMessageId: string;
  readonly channel: Channel;
  /** ISO 3166-1 alpha-2, or 001; null: unknown. */
  readonly country: string | null;
  /** The code, which is used and good for nothing any more; null: it cannot be derived any more. */
  readonly code: string | null;
}

/**
 * What became of the news that a code was verified. A closed set, counted. Told: the provider knows. Refused: it does not want
 * to know, and never will. Unavailable: it is to be told again a little later.
 */
export const feedbackOutcomes = ['told', 'refused', 'unavailable'] as const;
export type FeedbackOutcome = (typeof feedbackOutcomes)[number];

export type SendOutcome =
  | {
      readonly kind: 'accepted';
      readonly providerMessageId: string | null;
      /** The provider reports by its own id only. */
      readonly reportsById?: true | undefined;
      /** Where the provider tells it at once. */
      readonly price?: Price | undefined;
    }
  | {
      readonly kind: 'failed';
      readonly reason: SendFailure;
      readonly providerCode: string | null;
      /** What the provider said, without what could be a number or a code (provider-words.ts). */
      readonly providerMessage?: string | undefined;
      /** Where the provider told how long to wait. */
      readonly retryAfterSeconds?: number | undefined;
    };

export type AcceptedOutcome = Extract<SendOutcome, { kind: 'accepted' }>;
export type FailedOutcome = Extract<SendOutcome, { kind: 'failed' }>;

/** Sends through one provider. It never throws: all that can happen is an outcome, within `SEND_WITHIN`. */
export interface MessageSender {
  readonly provider: ProviderName;
  send(message: OutgoingMessage): Promise<SendOutcome>;
  /**
   * Looks for a message that an earlier attempt may have left with the provider, before another provider gets it.
   * Null: there is none, or the provider cannot tell. Absent where a provider cannot be asked.
   */
  findEarlier?(message: OutgoingMessage & { readonly earlier: EarlierAttempts }): Promise<AcceptedOutcome | null>;
  /** What a settled message cost; null: not known (yet). Absent where a provider does not tell prices. */
  priceOf?(message: { readonly providerMessageId: string; readonly channel: Channel }): Promise<Price | null>;
  /**
   * Tells the provider that the code of a message was typed: some price, route and protect by it. It may be told twice. Absent
   * where a provider does not want to know.
   */
  verified?(message: VerifiedSend): Promise<FeedbackOutcome>;
  /** The money left with the provider; null: not known now. Absent where a provider does not tell it. */
  balance?(): Promise<Balance | null>;
}
