import { z } from 'zod';

/** The price that a gateway reports: `{ "amount": 0.0075, "currency": "USD" }`. Anything else counts as absent. */
export const reportedPrice = z
  .object({ amount: z.number().nonnegative(), currency: z.string().regex(/^[A-Z]{3}$/) })
  .optional()
  .catch(undefined);
