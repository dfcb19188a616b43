import type { Actor, Origin } from '../audit/origin.js';
import type { LiveSession } from '../sessions/session.repository.js';

/** The administrator (or somebody with the role SUPPORT) whose session asks. */
export function administrator({ id, user }: Pick<LiveSession, 'id' | 'user'>, origin: Origin): Actor {
  return { kind: 'ADMINISTRATOR', userId: user.id, sessionId: id, origin };
}
