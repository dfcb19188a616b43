import { GraphQLDateTime } from 'graphql-scalars';
import { Field, Int, ObjectType } from 'type-graphql';
import type { CallerContext } from './session.context.js';
import type { IssuedTokens } from './session.service.js';

@ObjectType({ simpleResolvers: true, description: 'The tokens of a session. Never write them to logs or URLs.' })
export class Tokens {
  @Field(() => String, {
    description:
      'Send it as `Authorization: Bearer …`. It is a JWT (RFC 9068). Your other services verify it with ' +
      '`/.well-known/jwks.json`.',
  })
  accessToken!: string;

  @Field(() => GraphQLDateTime, { description: 'When the access token expires.' })
  accessTokenExpiresAt!: Date;

  @Field(() => Int, {
    description: 'Seconds until the access token expires. It does not depend on the clock of the device.',
  })
  accessTokenExpiresInSeconds!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Opaque. Exchange it for new tokens with `refreshSession` when the access token has expired. Store the one of each ' +
      'answer in its place. ' +
      'Null in cookie mode: the browser keeps it where scripts cannot read it.',
  })
  refreshToken!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When the refresh token expires. The session ends then.' })
  refreshTokenExpiresAt!: Date;

  @Field(() => Int, {
    description: 'Seconds until the refresh token expires. It does not depend on the clock of the device.',
  })
  refreshTokenExpiresInSeconds!: number;

  @Field(() => String, { description: 'Always `Bearer`.' })
  tokenType!: string;
}

/** A session that has begun or goes on. Without a user, it is the session that asks. */
interface Opened {
  readonly tokens: IssuedTokens;
  readonly user?: { readonly id: string };
}

/** Gives tokens to the client. In cookie mode the refresh token goes into the cookie, not into the answer. */
export function handOver({ tokens, user }: Opened, { refreshCookie, notes }: CallerContext): Tokens {
  if (user) notes.userId = user.id;
  refreshCookie?.write(tokens.refreshToken, tokens.refreshTokenExpiresAt, tokens.refreshTokenExpiresInSeconds);
  const refreshToken = refreshCookie ? null : tokens.refreshToken;
  return Object.assign(new Tokens(), tokens, { refreshToken, tokenType: 'Bearer' });
}
