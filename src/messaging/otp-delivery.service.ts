import type { RequestTokens } from '../otp/request-token.js';
import { type Channel, channels } from '../texts/channel.js';
import type { DeliveryRepository, MessageState } from './delivery.repository.js';
import type { MessageFailure, MessageStatus } from './message.table.js';

/** What the person who asked for a code may know of its message. */
export interface OtpDelivery {
  readonly status: MessageStatus;
  /** With `failed`. */
  readonly failure: MessageFailure | null;
  readonly channel: Channel;
  readonly updatedAt: Date;
}

/** Failures that a phone or its number is the reason for. */
const aboutPhone: ReadonlySet<MessageFailure> = new Set([
  'invalid_number',
  'opted_out',
  'unreachable',
  'blocked',
  'not_answered',
  'not_on_channel',
  'undelivered',
]);

/** Tells the person who asked for a code whether its message arrives. */
export class OtpDeliveryService {
  readonly #deliveries: DeliveryRepository;
  readonly #tokens: RequestTokens;

  constructor(parts: { deliveries: DeliveryRepository; tokens: RequestTokens }) {
    this.#deliveries = parts.deliveries;
    this.#tokens = parts.tokens;
  }

  /**
   * Null: the token is not valid (any more), or its range was paused. There a message to an unverified number goes nowhere,
   * which would tell who has an account. A message to a test number was never written, and counts as sent.
   */
  async follow(token: string): Promise<OtpDelivery | null> {
    const subject = await this.#tokens.read(token);
    const channel = channels.find((each) => each === subject?.channel);
    if (!subject || subject.quiet || !channel) return null;
    const { messageId, knownDevice, issuedAt } = subject;
    const state = await this.#deliveries.find(messageId);
    if (!state) return { status: 'sent', failure: null, channel, updatedAt: issuedAt };
    return knownDevice ? everythingOf(state) : ownPartOf(state);
  }
}

function everythingOf({ status, failure, channel, createdAt, settledAt }: MessageState): OtpDelivery {
  return { status, failure: status === 'failed' ? failure : null, channel, updatedAt: settledAt ?? createdAt };
}

/**
 * What anyone may know who asks for a code to a number: what this service did with the message. What a report says would
 * tell whether a stranger's phone is on, and so would the time at which the state moves. Sent is the end. A message that a
 * provider refused for its number looks like one that was taken at that time.
 */
function ownPartOf(state: MessageState): OtpDelivery {
  const { status, failure, channel, createdAt, takenAt, settledAt } = state;
  if (takenAt !== null) return { status: 'sent', failure: null, channel, updatedAt: takenAt };
  if (status === 'queued') return { status, failure: null, channel, updatedAt: createdAt };
  const isOurs = status === 'failed' && (failure === null || !aboutPhone.has(failure));
  const updatedAt = settledAt ?? createdAt;
  return isOurs ? { status, failure, channel, updatedAt } : { status: 'sent', failure: null, channel, updatedAt };
}
