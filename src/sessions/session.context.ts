import type { RequestContext } from '../graphql/request-context.js';
import type { AccessTokenClaims } from './access-token.js';
import type { RefreshCookie } from './refresh-cookie.js';
import type { LiveSession } from './session.repository.js';
import type { SessionService } from './session.service.js';
import type { SessionLoaders } from './sessions.js';

/** What a request says about its session. */
export interface CallerContext extends RequestContext {
  /** The user and session of a valid access token, else null. The session may have ended since. */
  readonly signedInAs: AccessTokenClaims | null;
  /** The active session with its user, read once per request; null: none. */
  session(): Promise<LiveSession | null>;
  /** Null for clients that keep their refresh token themselves. */
  readonly refreshCookie: RefreshCookie | null;
}

/** What the resolvers of this room need. */
export interface SessionContext extends CallerContext {
  readonly services: { readonly sessions: SessionService };
  readonly loaders: SessionLoaders;
}
