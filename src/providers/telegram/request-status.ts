import { z } from 'zod';
import type { Balance, Price } from '../message-sender.js';

/** The account is paid in US dollars, and the API names no currency. */
const CURRENCY = 'USD';

/** An id has no spaces, so it cannot hold a text. */
const requestId = z.string().regex(/^[\w.:=-]{1,128}$/);
const money = z.number().nonnegative().optional().catch(undefined);

/**
 * What Telegram says of a request (https://core.telegram.org/gateway/api#requeststatus). Only the id must be there: a request that
 * was taken stays taken, whatever else cannot be read.
 */
export const requestStatus = z.object({
  request_id: requestId,
  /** Of everything that was done with the request. */
  request_cost: money,
  is_refunded: z.boolean().optional().catch(undefined),
  /** Only in answers to requests that cost something. */
  remaining_balance: z.number().optional().catch(undefined),
  /** Only once a message was sent. */
  delivery_status: z.object({ status: z.string() }).optional().catch(undefined),
  payload: z.string().optional().catch(undefined),
});
export type RequestStatus = z.output<typeof requestStatus>;

/** What the request costs: nothing once Telegram has given the money back. */
export function priceOf({ request_cost: cost, is_refunded: isRefunded }: RequestStatus): Price | undefined {
  if (isRefunded) return { amount: 0, currency: CURRENCY };
  return cost === undefined ? undefined : { amount: cost, currency: CURRENCY };
}

export function balanceOf({ remaining_balance: balance }: RequestStatus): Balance | null {
  return balance === undefined ? null : { amount: balance, currency: CURRENCY };
}

/** Whether a message of the request is on its way or has arrived. */
export function wasSent({ delivery_status: delivery }: RequestStatus): boolean {
  return delivery !== undefined && !['expired', 'revoked'].includes(delivery.status);
}
