import type { Price } from '../message-sender.js';
import type { DescribedPrice } from './description.js';
import { firstScalarAt, valueAt } from './json-pointer.js';
import { fill, type Values } from './template.js';

const AMOUNT = /^(?:([A-Z]{3}) ?)?(\d{1,9}(?:\.\d{1,12})?)(?: ?([A-Z]{3}))?$/;
const CURRENCY = /^[A-Z]{3}$/;

/** A price that an answer or a report tells; undefined: none. An amount of less than zero is one that was taken off the balance. */
export function priceIn(document: unknown, price: DescribedPrice | undefined, values: Values): Price | undefined {
  if (price === undefined) return undefined;
  const told = firstScalarAt(document, price.amount);
  const [, before, digits = '', behind] =
    AMOUNT.exec(
      String(told ?? '')
        .trim()
        .replace(/^-/, ''),
    ) ?? [];
  const currency = currencyIn(document, price, values) ?? before ?? behind;
  const times = price.times === undefined ? 1 : Number(valueAt(document, price.times) ?? 1);
  const amount = (Number(digits) * times) / (price.per ?? 1);
  if (digits === '' || currency === undefined || !Number.isFinite(amount) || amount < 0) return undefined;
  // Without the last digits of a division in binary.
  return { amount: Number(amount.toPrecision(12)), currency };
}

function currencyIn(document: unknown, { currency }: DescribedPrice, values: Values): string | undefined {
  if (currency === undefined) return undefined;
  const told = currency.startsWith('/') ? firstScalarAt(document, currency) : fill(currency, values);
  return typeof told === 'string' && CURRENCY.test(told) ? told : undefined;
}
