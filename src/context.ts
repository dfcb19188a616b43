import type { CityContext } from './cities/city.context.js';
import type { RequestContext } from './graphql/request-context.js';
import type { IncomingRequest } from './http/incoming-request.js';
import type { OtpDeliveryContext } from './messaging/otp-delivery.context.js';
import type { LiveSession } from './sessions/session.repository.js';
import type { SessionContext } from './sessions/session.context.js';
import type { SignInContext } from './sign-in/sign-in.context.js';
import type { UserContext } from './users/user.context.js';

/** The context of one request: the slices of all rooms. */
export type Context = CityContext & OtpDeliveryContext & SessionContext & SignInContext & UserContext;

/** Every service that a resolver can call. */
export type Services = Context['services'];

export interface ContextParts {
  readonly services: Services;
  readonly metrics: Context['metrics'];
  limitField(context: RequestContext, ...call: Parameters<Context['limitField']>): Promise<void>;
}

/**
 * Decodes the access token and hands the services to the resolvers. An invalid token counts as no token: an app that
 * still holds an old one must be able to sign in again, and `me` answers UNAUTHENTICATED.
 */
export function contextFactory({ services, metrics, limitField }: ContextParts) {
  return async ({ client, authorization, logger, refreshCookie }: IncomingRequest): Promise<Context> => {
    const token = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1];
    const signedInAs = token === undefined ? null : await services.sessions.authenticate(token);
    let session: Promise<LiveSession | null> | undefined;
    const context: Context = {
      services,
      client,
      logger,
      metrics,
      signedInAs,
      refreshCookie,
      session() {
        session ??= signedInAs ? services.sessions.find(signedInAs) : Promise.resolve(null);
        return session;
      },
      limitField: (info) => limitField(context, info),
    };
    return context;
  };
}
