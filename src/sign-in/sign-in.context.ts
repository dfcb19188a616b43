import type { CallerContext } from '../sessions/session.context.js';
import type { SignIn } from './sign-in.js';

/** What the resolvers of this room need. */
export interface SignInContext extends CallerContext {
  readonly services: SignIn['services'];
}
