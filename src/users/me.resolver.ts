import { Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { SignedIn } from '../graphql/signed-in.js';
import { toUserType, UserType } from './user.type.js';

@Resolver()
export class MeResolver {
  @FieldRateLimit()
  @SignedIn()
  @Query(() => UserType, {
    nullable: true,
    description: 'The signed-in user. Without a valid access token of a living session: null and UNAUTHENTICATED.',
  })
  async me(@Ctx() context: Context): Promise<UserType | null> {
    const session = await context.session();
    return session && toUserType(session.user, { sessionId: session.id });
  }
}
