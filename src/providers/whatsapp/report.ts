import { validate } from 'uuid';
import { z } from 'zod';
import type { DeliveryReport } from '../delivery-report.js';
import type { Price } from '../message-sender.js';
import { lostBecause } from './failure.js';
import { messageIdOf } from './message-id.js';
import { whatsAppError } from './whatsapp-error.js';

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status */
const statusForm = z.object({
  id: z.string(),
  status: z.string(),
  biz_opaque_callback_data: z.string().optional().catch(undefined),
  errors: z.array(whatsAppError).optional().catch(undefined),
  pricing: z
    .object({ billable: z.boolean().optional().catch(undefined), type: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
type Status = z.output<typeof statusForm>;

const changeForm = z.object({
  value: z.object({
    metadata: z.object({ phone_number_id: z.string() }).optional().catch(undefined),
    // Absent where a person wrote to the number.
    statuses: z.array(z.unknown()).optional().catch(undefined),
  }),
});

const notificationForm = z.object({
  object: z.literal('whatsapp_business_account'),
  entry: z.array(z.object({ changes: z.array(z.unknown()).optional().catch(undefined) })),
});

/**
 * The reports of a notification, which can hold many. What is about another number of the account, or about messages that are not
 * ours, is left out. Null: it is no notification.
 */
export function readReports(json: unknown, phoneNumberId: string): readonly DeliveryReport[] | null {
  const { data } = notificationForm.safeParse(json);
  if (data === undefined) return null;
  return data.entry
    .flatMap(({ changes = [] }) => changes.map((each) => changeForm.safeParse(each).data?.value))
    .filter((value) => value?.metadata?.phone_number_id === phoneNumberId)
    .flatMap((value) => value?.statuses ?? [])
    .flatMap((each) => reportOf(statusForm.safeParse(each).data) ?? []);
}

function reportOf(status: Status | undefined): DeliveryReport | null {
  const messageId = status?.biz_opaque_callback_data ?? '';
  const became = status && becameOf(status);
  if (!status || !became || !validate(messageId)) return null;
  const price = priceOf(status);
  const providerMessageId = messageIdOf(status.id);
  return { messageId, provider: 'whatsapp', providerMessageId, ...became, ...(price && { price }) };
}

type Became = Pick<DeliveryReport, 'state' | 'failure' | 'providerCode' | 'providerMessage'>;

function becameOf({ status, errors }: Status): Became | null {
  switch (status) {
    case 'sent':
      return { state: 'sent' };
    case 'delivered':
    case 'read':
      return { state: 'delivered' };
    case 'failed':
      return { state: 'failed', ...lostBecause(errors?.[0]) };
    default:
      return null;
  }
}

/** Meta tells what is free, and no other price. The currency of nothing does not matter. */
function priceOf({ status, pricing }: Status): Price | null {
  const isFree = status === 'failed' || pricing?.billable === false || pricing?.type?.startsWith('free_');
  return isFree ? { amount: 0, currency: 'USD' } : null;
}
