import type { RequestContext } from '../graphql/request-context.js';
import type { User } from './user.js';
import type { Users } from './users.js';

/** The signed-in user, with the id of the session. Sessions know users, so this room does not know sessions. */
export interface SignedInUser {
  readonly id: string;
  readonly user: User;
}

/** What the resolvers of this room need. */
export interface UserContext extends RequestContext {
  readonly services: Users['services'];
  /** Null without an active session. */
  session(): Promise<SignedInUser | null>;
}
