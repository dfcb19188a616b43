import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { requireSession, SignedIn } from '../graphql/signed-in.js';
import { InvalidTokenError, SessionNotFoundError, userError } from '../graphql/user-error.js';
import { UserType } from '../users/user.type.js';
import {
  LogoutEverywhereResult,
  LogoutEverywhereSuccess,
  LogoutResult,
  LogoutSuccess,
  RevokeSessionResult,
  RevokeSessionSuccess,
} from './end-session.types.js';
import { MOST_LISTED } from './session.repository.js';
import { SessionType, toSessionType } from './session.type.js';
import type { SessionContext } from './session.context.js';

/** The number of sessions of a user that the cost of a document is counted with: few have more, and lists of users have many users. */
const MANY_SESSIONS = 5;

const NO_TOKEN = 'There is no session to end: send a refresh token or a valid access token.';

@Resolver(() => UserType)
export class SessionResolver {
  @FieldResolver(() => [SessionType], {
    description: `The user's active sessions, the latest used first, at most ${MOST_LISTED}.`,
    complexity: ({ childComplexity }) => 1 + MANY_SESSIONS * childComplexity,
  })
  async sessions(@Root() user: UserType, @Ctx() { loaders }: SessionContext): Promise<SessionType[]> {
    const sessions = await loaders.sessionsOf.load(user.id);
    return sessions.map((session) => toSessionType(session, user.viewer.sessionId));
  }

  @FieldRateLimit()
  @Mutation(() => LogoutResult, {
    description:
      'Ends the session of the refresh token, or of the access token if no refresh token is given, at once. In cookie mode ' +
      'it also ends the session of the cookie, and removes the cookie. A session that has already ended is a success with ' +
      '`endedSessions` 0: a client whose answer was lost can repeat the call. Without a token of this service: ' +
      '`InvalidTokenError`.',
  })
  async logout(
    @Arg('refreshToken', () => String, {
      nullable: true,
      description:
        'A refresh token of the session: the latest, or an earlier one. It also works after the access token has expired. ' +
        'The access token is then ignored. Null: the session of the access token.',
    })
    refreshToken: string | null | undefined,
    @Ctx() { services, signedInAs, refreshCookie, client }: SessionContext,
  ): Promise<typeof LogoutResult> {
    const fromCookie = refreshCookie?.read() ?? null;
    const tokens = { accessToken: signedInAs, refreshToken: refreshToken ?? null, fromCookie };
    const outcome = await services.sessions.logOut({ ...tokens, origin: client });
    if (outcome.kind === 'invalid_token') return userError(InvalidTokenError, { message: NO_TOKEN });
    // After the session has ended. If that fails, the client needs the cookie to try again.
    if (outcome.byCookie) refreshCookie?.clear();
    return Object.assign(new LogoutSuccess(), { endedSessions: outcome.endedSessions });
  }

  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => LogoutEverywhereResult, { description: 'Ends all sessions of the signed-in user at once.' })
  async logoutEverywhere(
    @Arg('keepCurrent', () => Boolean, { defaultValue: false, description: 'Whether the current session continues.' })
    keepCurrent: boolean,
    @Ctx() context: SessionContext,
  ): Promise<typeof LogoutEverywhereResult> {
    const session = await requireSession(context);
    const endedSessions = await context.services.sessions.endAll(keepCurrent ? session.id : null, {
      session,
      origin: context.client,
    });
    // Another tab may have signed in as somebody else. That session goes on.
    const cookie = keepCurrent ? null : (context.refreshCookie?.read() ?? null);
    const isOver = cookie !== null && context.services.sessions.isOfSession(cookie, session.id);
    if (isOver) context.refreshCookie?.clear();
    return Object.assign(new LogoutEverywhereSuccess(), { endedSessions });
  }

  @FieldRateLimit()
  @SignedIn()
  @Mutation(() => RevokeSessionResult, {
    description: 'Ends one session of the signed-in user, for example on a lost phone.',
  })
  async revokeSession(
    @Arg('id', () => ID, { description: 'From `User.sessions`.' }) sessionId: string,
    @Ctx() context: SessionContext,
  ): Promise<typeof RevokeSessionResult> {
    const session = await requireSession(context);
    const ended = await context.services.sessions.end(sessionId, { session, origin: context.client });
    if (!ended) return userError(SessionNotFoundError, { message: 'You have no active session with this id.' });
    return Object.assign(new RevokeSessionSuccess(), { session: toSessionType(ended, session.id) });
  }
}
