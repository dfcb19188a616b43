import type { RequestContext } from '../graphql/request-context.js';
import type { OtpDeliveryService } from './otp-delivery.service.js';

/** What the resolvers of this room need. */
export interface OtpDeliveryContext extends RequestContext {
  readonly services: { readonly otpDelivery: OtpDeliveryService };
}
