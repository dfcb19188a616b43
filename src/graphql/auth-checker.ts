import { GraphQLError } from 'graphql';
import type { AuthChecker } from 'type-graphql';
import type { Context } from './context.js';

/** `@Authorized()`: a living session. */
export const authChecker: AuthChecker<Context> = async ({ context }) => {
  if (await context.currentUser()) return true;
  throw new GraphQLError('Sign in first: send a valid access token as "Authorization: Bearer …".', {
    extensions: { code: 'UNAUTHENTICATED' },
  });
};
