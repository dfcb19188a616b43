import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { InvalidTokenError, userError } from '../graphql/user-error.js';
import { toUserType } from '../users/user.type.js';
import { RefreshSessionResult, RefreshSessionSuccess } from './refresh-session.types.js';
import type { RefreshOutcome } from './session.service.js';
import { handOver } from './tokens.type.js';
import type { SessionContext } from './session.context.js';

@Resolver()
export class RefreshSessionResolver {
  @FieldRateLimit()
  @Mutation(() => RefreshSessionResult, {
    description:
      'Exchanges a refresh token for new tokens. Repeat the call within 30 seconds if the answer was lost: it gives the ' +
      'same refresh token again. Within this time the new refresh token is not replaced either: it is answered with ' +
      'itself and a new access token. Later, a replaced token ends the session, because it may be stolen.',
  })
  async refreshSession(
    @Arg('refreshToken', () => String, {
      nullable: true,
      description: 'The latest refresh token. Leave it out in cookie mode: the browser sends it.',
    })
    refreshToken: string | null | undefined,
    @Ctx() context: SessionContext,
  ): Promise<typeof RefreshSessionResult> {
    const presented = context.refreshCookie ? context.refreshCookie.read() : (refreshToken ?? null);
    return toResult(await context.services.sessions.refresh(presented, context.client), context);
  }
}

function toResult(outcome: RefreshOutcome, context: SessionContext): typeof RefreshSessionResult {
  switch (outcome.kind) {
    case 'refreshed': {
      const fields = { tokens: handOver(outcome, context), user: toUserType(outcome.user, outcome) };
      return Object.assign(new RefreshSessionSuccess(), fields);
    }
    case 'invalid_token':
      // The cookie stays: this answer may come late, when the browser has the cookie of a newer session.
      return userError(InvalidTokenError, { message: 'The session has ended. Sign in again.' });
  }
}
