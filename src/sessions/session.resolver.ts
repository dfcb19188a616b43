import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import { requireSession, SignedIn, unauthenticated } from '../graphql/signed-in.js';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { UserType } from '../users/user.type.js';
import { MOST_LISTED } from './session.repository.js';
import { SessionType, toSessionType } from './session.type.js';
import type { SessionContext } from './session.context.js';

/** The number of sessions of a user that the cost of a document is counted with. */
const MANY_SESSIONS = 20;

@Resolver(() => UserType)
export class SessionResolver {
  @FieldResolver(() => [SessionType], {
    description: `The user's active sessions, the latest used first, at most ${MOST_LISTED}.`,
    complexity: ({ childComplexity }) => 1 + MANY_SESSIONS * childComplexity,
  })
  async sessions(@Root() user: UserType, @Ctx() { services }: SessionContext): Promise<SessionType[]> {
    const sessions = await services.sessions.list(user.id);
    return sessions.map((session) => toSessionType(session, user.viewer.sessionId));
  }

  @FieldRateLimit()
  @Mutation(() => Boolean, {
    description:
      'Ends the session of the access token at once. In cookie mode it also ends the session of the cookie, even if the ' +
      'access token has expired. False: the session had already ended.',
  })
  async logout(@Ctx() { services, signedInAs, refreshCookie }: SessionContext): Promise<boolean> {
    if (!signedInAs && !refreshCookie) throw unauthenticated();
    const ended = await services.sessions.logOut(signedInAs, refreshCookie?.read() ?? null);
    // After the session has ended. If that fails, the client needs the cookie to try again.
    refreshCookie?.clear();
    return ended;
  }

  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => Int, { description: 'Ends all sessions of the signed-in user at once. Returns how many have ended.' })
  async logoutEverywhere(
    @Arg('keepCurrent', () => Boolean, { defaultValue: false, description: 'Whether the current session continues.' })
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
    description:
      'Ends one session of the signed-in user, for example on a lost phone. False: the user has no active session with this id.',
  })
  async revokeSession(
    @Arg('id', () => ID, { description: 'From `User.sessions`.' }) id: string,
    @Ctx() context: SessionContext,
  ): Promise<boolean> {
    const { user } = await requireSession(context);
    return context.services.sessions.end({ sessionId: id, userId: user.id });
  }
}
