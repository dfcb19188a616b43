import { Ctx, Query, Resolver } from 'type-graphql';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { SignedIn } from '../graphql/signed-in.js';
import { toUserType, UserType } from './user.type.js';
import type { UserContext } from './user.context.js';

@Resolver()
export class MeResolver {
  @FieldRateLimit()
  @SignedIn()
  @Query(() => UserType, {
    nullable: true,
    description:
      'The signed-in user. Without a valid access token of an active session: null, and the error UNAUTHENTICATED.',
  })
  async me(@Ctx() context: UserContext): Promise<UserType | null> {
    const session = await context.session();
    return session && toUserType(session.user, { sessionId: session.id });
  }
}
