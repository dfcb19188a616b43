import type { AccountContext } from './account/account.context.js';
import type { AdminContext } from './admin/admin.context.js';
import type { CityContext } from './cities/city.context.js';
import type { EventContext } from './events/events.context.js';
import { isServiceToken, type ServiceToken, type ServiceTokens } from './service-tokens/service-token.js';
import type { FieldCalls } from './graphql/field-rate-limit.js';
import type { IncomingRequest } from './http/incoming-request.js';
import type { NumberProofContext } from './number-proofs/number-proofs.context.js';
import type { OtpDeliveryContext } from './messaging/otp-delivery.context.js';
import type { AccessTokenClaims } from './sessions/access-token.js';
import type { LiveSession } from './sessions/session.repository.js';
import type { SessionContext } from './sessions/session.context.js';
import type { SignInContext } from './sign-in/sign-in.context.js';
import type { SubgraphContext } from './subgraph/subgraph.context.js';
import type { UserContext } from './users/user.context.js';

/** The context of one request: the slices of all rooms. */
export type Context = AccountContext &
  AdminContext &
  CityContext &
  EventContext &
  NumberProofContext &
  OtpDeliveryContext &
  SessionContext &
  SignInContext &
  SubgraphContext &
  UserContext;

/** Every service that a resolver can call. */
export type Services = Context['services'];

/** What reads the relations of the items of a list together. It keeps what it has read, so each request has its own. */
export type Loaders = Context['loaders'];

export interface ContextParts {
  readonly services: Services;
  readonly loaders: () => Loaders;
  readonly serviceTokens: ServiceTokens;
  readonly fieldCalls: FieldCalls;
}

/**
 * Decodes the access token and hands the services to the resolvers. An invalid token counts as no token: an app that
 * still holds an old one must be able to sign in again, and `me` answers UNAUTHENTICATED.
 */
export function contextFactory({ services, loaders, serviceTokens, fieldCalls }: ContextParts) {
  return async ({ client, authorization, logger, notes, refreshCookie }: IncomingRequest): Promise<Context> => {
    const token = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1];
    const ofService = token !== undefined && isServiceToken(token);
    const signedInAs = token === undefined || ofService ? null : await services.sessions.authenticate(token);
    const calledBy = ofService ? serviceTokens.find(token) : null;
    if (calledBy) notes.service = calledBy.name;
    let session: Promise<LiveSession | null> | undefined;
    const noted = (found: LiveSession | null) => {
      if (found) notes.userId = found.user.id;
      return found;
    };
    const context: Context = {
      services,
      loaders: loaders(),
      client,
      caller: callerOf(signedInAs, calledBy),
      logger,
      notes,
      signedInAs,
      calledBy,
      refreshCookie,
      session() {
        session ??= signedInAs ? services.sessions.find(signedInAs).then(noted) : Promise.resolve(null);
        return session;
      },
      callField: (info, call) => fieldCalls.call(context, info, call),
    };
    return context;
  };
}

/** By session, not by user: a thief with a token of an ended session must not spend what its owner has. */
function callerOf(signedInAs: AccessTokenClaims | null, calledBy: ServiceToken | null): string | null {
  if (signedInAs) return `session:${signedInAs.sessionId}`;
  return calledBy && `service:${calledBy.name}`;
}
