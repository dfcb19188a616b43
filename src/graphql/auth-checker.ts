import { GraphQLError } from 'graphql';
import type { AuthChecker } from 'type-graphql';
import type { LiveSession } from '../sessions/session.repository.js';
import type { Context } from './context.js';

/** `@Authorized()`: a living session. */
export const authChecker: AuthChecker<Context> = async ({ context }) => {
  await requireSession(context);
  return true;
};

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
