import type { Balance, MessageSender } from '../../providers/message-sender.js';

/** The money left with a provider. Null: it does not tell it, or cannot be asked now. */
export async function askBalance(sender: MessageSender): Promise<Balance | null> {
  return (await sender.balance?.().catch(() => null)) ?? null;
}

/** `9.60 USD`. */
export function inWords({ amount, currency }: Balance): string {
  return `${amount.toFixed(2)} ${currency}`;
}
