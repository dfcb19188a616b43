import type { Twilio } from 'twilio';
import type { Balance } from '../message-sender.js';

/**
 * What is left on the account (https://www.twilio.com/docs/usage/api, "Check an account balance"); null: Twilio does not
 * tell it, as with subaccounts. Throws where Twilio cannot be asked.
 */
export async function balanceOf(client: Twilio): Promise<Balance | null> {
  const { balance, currency }: { balance: unknown; currency: unknown } = await client.balance.fetch();
  if (typeof balance !== 'string' || !/^-?\d{1,12}(\.\d{1,10})?$/.test(balance)) return null;
  if (typeof currency !== 'string' || !/^[a-z]{3}$/i.test(currency)) return null;
  return { amount: Number(balance), currency: currency.toUpperCase() };
}
