import { GraphQLError } from 'graphql';
import { createMethodMiddlewareDecorator } from 'type-graphql';
import { requireSession, type WithSession } from './signed-in.js';

/** Allows a field only with an active session that `allowed` accepts. Signed out: UNAUTHENTICATED, otherwise FORBIDDEN. */
export function OnlyIf<Session extends object>(allowed: (session: Session) => boolean): MethodDecorator {
  return createMethodMiddlewareDecorator<WithSession<Session>>(async ({ context }, next) => {
    if (!allowed(await requireSession(context))) throw forbidden();
    return next();
  });
}

export function forbidden(message = 'Your account has not the role that this needs.'): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });
}
