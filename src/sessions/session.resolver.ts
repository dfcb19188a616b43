import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import { requireSession, SignedIn, unauthenticated } from '../graphql/signed-in.js';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { UserType } from '../users/user.type.js';
import { MOST_LISTED } from './session.repository.js';
import { SessionType, toSessionType } from './session.type.js';
import type { SessionContext } from './session.context.js';

/** How many sessions a user is taken to have when the cost of a document is counted. */
const MANY_SESSIONS = 20;

@Resolver(() => UserType)
export class SessionResolver {
  @FieldResolver(() => [SessionType], {
    description: `The user's living sessions, the latest used first: ${MOST_LISTED} at most.`,
    complexity: ({ childComplexity }) => 1 + MANY_SESSIONS * childComplexity,
  })
  async sessions(@Root() user: UserType, @Ctx() { services }: SessionContext): Promise<SessionType[]> {
    const sessions = await services.sessions.list(user.id);
    return sessions.map((session) => toSessionType(session, user.viewer.sessionId));
  }

  @FieldRateLimit()
  @Mutation(() => Boolean, {
    description:
      'Ends the session of the access token at once; in cookie mode that of the cookie too, also when the access token ' +
      'has expired. False when it had ended already.',
  })
  async logout(@Ctx() { services, signedInAs, refreshCookie }: SessionContext): Promise<boolean> {
    if (!signedInAs && !refreshCookie) throw unauthenticated();
    const ended = await services.sessions.logOut(signedInAs, refreshCookie?.read() ?? null);
    // Not before: when ending fails, the cookie is what the client tries again with.
    refreshCookie?.clear();
    return ended;
  }

  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => Int, { description: 'Ends all sessions of the signed-in user at once; returns how many they were.' })
  async logoutEverywhere(
    @Arg('keepCurrent', () => Boolean, { defaultValue: false, description: 'Whether the session that asks goes on.' })
    keepCurrent: boolean,
    @Ctx() context: SessionContext,
  ): Promise<number> {
    const session = await requireSession(context);
    const ended = await context.services.sessions.endAll(session.user.id, keepCurrent ? session.id : null);
    if (!keepCurrent) context.refreshCookie?.clear();
    return ended;
  }

  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => Boolean, {
    description: 'Ends one session of the signed-in user, e.g. of a lost phone. False when there is none such.',
  })
  async revokeSession(
    @Arg('id', () => ID, { description: 'From `User.sessions`.' }) id: string,
    @Ctx() context: SessionContext,
  ): Promise<boolean> {
    const { user } = await requireSession(context);
    return context.services.sessions.end({ sessionId: id, userId: user.id });
  }
}
