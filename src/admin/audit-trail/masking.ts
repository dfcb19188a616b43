import { maskPhoneNumber } from '../../platform/mask-phone-number.js';

/** A number with its plus, or as people write it without; or an id, whose digits are none. */
const NUMBER_OR_ID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\+?\d{7,15}/g;

/** The details of an event for somebody who may not see whole numbers in the trail: texts keep everything else. */
export function withMaskedNumbers(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, masked(value)]));
}

function masked(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replace(NUMBER_OR_ID, (found) => (found.includes('-') ? found : maskPhoneNumber(found)));
  if (Array.isArray(value)) return value.map(masked);
  return typeof value === 'object' && value !== null ? withMaskedNumbers(value as Record<string, unknown>) : value;
}
