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
      'New tokens for a refresh token, which works once. Within 30 seconds a repeated call gets the same successor ' +
      'again, in case the answer was lost; later, an old token ends the session, for somebody may have copied it.',
  })
  async refreshSession(
    @Arg('refreshToken', () => String, {
      defaultValue: '',
      description: 'The latest refresh token. Left out in cookie mode, where the browser sends it along.',
    })
    refreshToken: string,
    @Ctx() context: SessionContext,
  ): Promise<typeof RefreshSessionResult> {
    const presented = context.refreshCookie ? context.refreshCookie.read() : refreshToken;
    return toResult(await context.services.sessions.refresh(presented ?? '', context.client), context);
  }
}

function toResult(outcome: RefreshOutcome, context: SessionContext): typeof RefreshSessionResult {
  switch (outcome.kind) {
    case 'refreshed': {
      const fields = { tokens: handOver(outcome.tokens, context), user: toUserType(outcome.user, outcome) };
      return Object.assign(new RefreshSessionSuccess(), fields);
    }
    case 'invalid_token':
      context.refreshCookie?.clear();
      return userError(InvalidTokenError, { message: 'The session has ended. Sign in again.' });
  }
}
