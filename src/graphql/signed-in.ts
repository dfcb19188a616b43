import { GraphQLError } from 'graphql';
import { createMethodMiddlewareDecorator } from 'type-graphql';
import type { LiveSession } from '../sessions/session.repository.js';
import type { Context } from './context.js';

/**
 * Only with a living session. Unlike TypeGraphQL's `@Authorized`, which always comes first, it takes its turn: below
 * `@FieldRateLimit()` it asks the database only for calls that are within the limit.
 */
export function SignedIn(): MethodDecorator {
  return createMethodMiddlewareDecorator<Context>(async ({ context }, next) => {
    await requireSession(context);
    return next();
  });
}

/** The living session of the caller. @throws UNAUTHENTICATED without one. */
export async function requireSession(context: Context): Promise<LiveSession> {
  const session = await context.session();
  if (!session) throw unauthenticated();
  return session;
}

export function unauthenticated(): GraphQLError {
  return new GraphQLError('Sign in first: send a valid access token as "Authorization: Bearer …".', {
    extensions: { code: 'UNAUTHENTICATED' },
  });
}
