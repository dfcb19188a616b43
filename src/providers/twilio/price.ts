import type { Twilio } from 'twilio';
import type { Price } from '../message-sender.js';
import { isCallSid, isMessageSid } from './sid.js';

/** What a message or call cost; null: Twilio does not know yet. Throws where Twilio cannot be asked. */
export async function priceOf(client: Twilio, sid: string): Promise<Price | null> {
  if (isMessageSid(sid)) return toPrice(await client.messages(sid).fetch());
  if (isCallSid(sid)) return toPrice(await client.calls(sid).fetch());
  return null;
}

/** Twilio's prices are negative, because they are taken from the account: `-0.00750`, `USD`. */
function toPrice({ price, priceUnit }: { price: unknown; priceUnit: unknown }): Price | null {
  if (typeof price !== 'string' || !/^-?\d{1,6}(\.\d{1,10})?$/.test(price)) return null;
  if (typeof priceUnit !== 'string' || !/^[a-z]{3}$/i.test(priceUnit)) return null;
  return { amount: Math.abs(Number(price)), currency: priceUnit.toUpperCase() };
}
