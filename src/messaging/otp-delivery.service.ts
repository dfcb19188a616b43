import type { Channel } from '../texts/channel.js';
import type { DeliveryRepository } from './delivery.repository.js';
import type { DeliveryTokens } from './delivery-token.js';
import type { MessageFailure, MessageStatus } from './message.table.js';

/** What the person who asked for a code may know of its message. */
export interface OtpDelivery {
  readonly status: MessageStatus;
  /** With `failed`. */
  readonly failure: MessageFailure | null;
  readonly channel: Channel;
  readonly updatedAt: Date;
}

/** Tells the person who asked for a code whether its message arrives. */
export class OtpDeliveryService {
  readonly #deliveries: DeliveryRepository;
  readonly #tokens: DeliveryTokens;

  constructor(parts: { deliveries: DeliveryRepository; tokens: DeliveryTokens }) {
    this.#deliveries = parts.deliveries;
    this.#tokens = parts.tokens;
  }

  /** Null: the token is not valid (any more). A message to a test number was never written, and counts as sent. */
  async follow(token: string): Promise<OtpDelivery | null> {
    const subject = await this.#tokens.read(token);
    if (!subject) return null;
    const { messageId, channel, issuedAt } = subject;
    const state = await this.#deliveries.find(messageId);
    if (!state) return { status: 'sent', failure: null, channel, updatedAt: issuedAt };
    const { status } = state;
    const failure = status === 'failed' ? state.failure : null;
    return { status, failure, channel: state.channel, updatedAt: state.settledAt ?? state.createdAt };
  }
}
