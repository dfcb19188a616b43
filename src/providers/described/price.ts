import type { Price } from '../message-sender.js';
import type { DescribedPrice } from './description.js';
import { firstScalarAt, valueAt } from './json-pointer.js';
import { fill, type Values } from './template.js';

const AMOUNT = /^(?:([A-Z]{3}) ?)?(-?\d{1,12}(?:\.\d{1,12})?)(?: ?([A-Z]{3}))?$/;
const CURRENCY = /^[A-Z]{3}$/;

/** A price that an answer or a report tells; undefined: none. An amount of less than zero is one that was taken off the balance. */
export function priceIn(document: unknown, price: DescribedPrice | undefined, values: Values): Price | undefined {
  const told = price && moneyIn(document, price, values);
  const times = price?.times === undefined ? 1 : Number(valueAt(document, price.times) ?? 1);
  const amount = Math.abs((told?.amount ?? 0) * times);
  if (told === undefined || !Number.isFinite(amount)) return undefined;
  return { amount: rounded(amount), currency: told.currency };
}

/** An amount, which may be less than zero, and its currency. Undefined: one of the two is not told. */
export function moneyIn(document: unknown, money: Omit<DescribedPrice, 'times'>, values: Values): Price | undefined {
  const told = firstScalarAt(document, money.amount);
  const [, before, digits, behind] = AMOUNT.exec(String(told ?? '').trim()) ?? [];
  const currency = currencyIn(document, money, values) ?? before ?? behind;
  if (digits === undefined || currency === undefined) return undefined;
  return { amount: rounded(Number(digits) / (money.per ?? 1)), currency };
}

/** Without the last digits of a division in binary. */
function rounded(amount: number): number {
  return Number(amount.toPrecision(12));
}

function currencyIn(
  document: unknown,
  { currency }: Pick<DescribedPrice, 'currency'>,
  values: Values,
): string | undefined {
  if (currency === undefined) return undefined;
  const told = currency.startsWith('/') ? firstScalarAt(document, currency) : fill(currency, values);
  return typeof told === 'string' && CURRENCY.test(told) ? told : undefined;
}
