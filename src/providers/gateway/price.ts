import { z } from 'zod';

/** What a gateway says a message cost: `{ "amount": 0.0075, "currency": "USD" }`. Anything else counts as not told. */
export const reportedPrice = z
  .object({ amount: z.number().nonnegative(), currency: z.string().regex(/^[A-Z]{3}$/) })
  .optional()
  .catch(undefined);
