import { z } from 'zod';

const words = z.string().optional().catch(undefined);

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes, "Error response syntax". */
export const whatsAppError = z.object({
  code: z.number().optional().catch(undefined),
  message: words,
  title: words,
  error_data: z.object({ details: words }).optional().catch(undefined),
});
