import { type Actor, AT_THE_MACHINE, type Origin } from '../../audit/origin.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import { type ReauthenticationRequired, stepUp } from '../../sessions/step-up.js';
import type { ServiceToken } from '../../service-tokens/service-token.js';
import type { Role } from '../../users/user.table.js';
import { administrator } from '../actor.js';

/** Somebody who acts on accounts of others. */
export interface Acting {
  readonly actor: Actor;
  readonly role: Role;
  /** What is to be answered where the act asks for a fresh proof; null: it was shown. */
  freshProof(now: Date): ReauthenticationRequired | null;
}

export function actingIn(session: LiveSession, origin: Origin): Acting {
  return {
    actor: administrator(session, origin),
    role: session.user.role,
    freshProof: (now) => stepUp(session, now),
  };
}

/** A service with its token may what SUPPORT may, so that a token that leaked touches no account with a role. */
export function actingAsService({ name }: ServiceToken, origin: Origin): Acting {
  const freshProof = () => {
    throw new Error('A service token can show no fresh proof.');
  };
  return { actor: { kind: 'SERVICE_TOKEN', name, origin }, role: 'SUPPORT', freshProof };
}

/** Whoever runs commands has the database, so nothing more is asked for. */
export const actingAtTheMachine: Acting = {
  actor: { kind: 'COMMAND', origin: AT_THE_MACHINE },
  role: 'ADMIN',
  freshProof: () => null,
};
