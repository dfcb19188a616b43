import { z } from 'zod';
import type { DeliveryFailure, DeliveryReport } from '../delivery-report.js';
import { said } from '../provider-words.js';

const amount = z.number().nonnegative().optional().catch(undefined);

/** An event of a message (https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html). */
const eventSchema = z.object({
  eventType: z.string().regex(/^[A-Z_]{3,40}$/),
  messageId: z.string().regex(/^[\w:/-]{1,64}$/),
  /** What we gave along with the message. */
  context: z.object({ message: z.uuid() }),
  /** False: AWS tries further. */
  isFinal: z.boolean().optional().catch(undefined),
  messageStatusDescription: z.string().optional().catch(undefined),
  /** In US dollars. */
  totalMessagePrice: amount,
  totalCarrierFee: amount,
});
type Event = z.output<typeof eventSchema>;

/** Accepted by the network: the phone need not have it. In some countries nothing more comes. */
const sent: ReadonlySet<string> = new Set([
  'TEXT_QUEUED',
  'TEXT_PENDING',
  'TEXT_SENT',
  'TEXT_SUCCESSFUL',
  'VOICE_INITIATED',
  'VOICE_RINGING',
  'VOICE_ANSWERED',
]);
const delivered: ReadonlySet<string> = new Set(['TEXT_DELIVERED', 'VOICE_COMPLETED']);

/** https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html */
const lost: Readonly<Record<string, DeliveryFailure>> = {
  TEXT_INVALID: 'invalid_number',
  TEXT_INVALID_MESSAGE: 'rejected',
  TEXT_UNREACHABLE: 'unreachable',
  TEXT_CARRIER_UNREACHABLE: 'unreachable',
  TEXT_TTL_EXPIRED: 'unreachable',
  TEXT_BLOCKED: 'blocked',
  TEXT_CARRIER_BLOCKED: 'blocked',
  TEXT_SPAM: 'blocked',
  TEXT_PROTECT_BLOCKED: 'country_not_enabled',
  TEXT_UNKNOWN: 'undelivered',
  VOICE_BUSY: 'not_answered',
  VOICE_NO_ANSWER: 'not_answered',
  VOICE_FAILED: 'undelivered',
  VOICE_TTL_EXPIRED: 'unreachable',
};

/** Null: it holds no news, or is about a message that this service did not send. */
export function readEvent(json: unknown): DeliveryReport | null {
  const { data: event } = eventSchema.safeParse(json);
  if (event === undefined) return null;
  const became = becameOf(event);
  return became && { ...about(event), ...became, ...priceOf(event) };
}

function about({ messageId: providerMessageId, context }: Event) {
  return { messageId: context.message, provider: 'aws', providerMessageId };
}

function becameOf({ eventType, isFinal, messageStatusDescription }: Event) {
  if (sent.has(eventType)) return { state: 'sent' as const };
  if (delivered.has(eventType)) return { state: 'delivered' as const };
  const failure = lost[eventType];
  if (failure === undefined || isFinal === false) return null;
  return { state: 'failed' as const, failure, providerCode: eventType, ...said(messageStatusDescription) };
}

function priceOf({ totalMessagePrice, totalCarrierFee = 0 }: Event) {
  return totalMessagePrice ? { price: { amount: round(totalMessagePrice + totalCarrierFee), currency: 'USD' } } : {};
}

/** Sums of dollars have no more than six places. */
function round(sum: number): number {
  return Math.round(sum * 1e6) / 1e6;
}
