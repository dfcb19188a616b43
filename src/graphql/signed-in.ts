import { GraphQLError } from 'graphql';
import { createMethodMiddlewareDecorator } from 'type-graphql';

/** What the context must offer to fields that need a signed-in user. Rooms say what their session holds. */
export interface WithSession<Session> {
  /** The active session of the caller, or null. */
  session(): Promise<Session | null>;
}

/**
 * Allows a field only with an active session. TypeGraphQL's `@Authorized` always runs first; this decorator runs in
 * its turn. Below `@FieldRateLimit()` it asks the database only for calls within the rate limit.
 */
export function SignedIn(): MethodDecorator {
  return createMethodMiddlewareDecorator<WithSession<object>>(async ({ context }, next) => {
    await requireSession(context);
    return next();
  });
}

/** The active session of the caller. @throws UNAUTHENTICATED without one. */
export async function requireSession<Session>(context: WithSession<Session>): Promise<Session> {
  const session = await context.session();
  if (!session) throw unauthenticated();
  return session;
}

export function unauthenticated(): GraphQLError {
  return new GraphQLError('Sign in first: send a valid access token as "Authorization: Bearer …".', {
    extensions: { code: 'UNAUTHENTICATED' },
  });
}
