import { GraphQLError } from 'graphql';
import { createMethodMiddlewareDecorator } from 'type-graphql';
import type { Context } from './context.js';

/**
 * Only with a living session. Unlike TypeGraphQL's `@Authorized`, which always comes first, it takes its turn: below
 * `@FieldRateLimit()` it asks the database only for calls that are within the limit.
 */
export function SignedIn(): MethodDecorator {
  return createMethodMiddlewareDecorator<Context>(async ({ context }, next) => {
    if (await context.currentUser()) return next();
    throw new GraphQLError('Sign in first: send a valid access token as "Authorization: Bearer …".', {
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });
}
