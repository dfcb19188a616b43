import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import type { CallerContext } from './session.context.js';
import type { IssuedTokens } from './session.service.js';

@ObjectType({ simpleResolvers: true, description: 'The tokens of a session. Keep both out of logs and URLs.' })
export class Tokens {
  @Field(() => String, {
    description:
      'Send it as `Authorization: Bearer …`. A JWT (RFC 9068) that other services check by `/.well-known/jwks.json`.',
  })
  accessToken!: string;

  @Field(() => GraphQLDateTime, { description: 'When the access token expires.' })
  accessTokenExpiresAt!: Date;

  @Field(() => String, {
    description:
      'Opaque. Gets new tokens from `refreshSession` when the access token has expired; each one works once. Empty in ' +
      'cookie mode, where the browser keeps it out of reach of scripts.',
  })
  refreshToken!: string;

  @Field(() => GraphQLDateTime, { description: 'When the refresh token expires, and its session with it.' })
  refreshTokenExpiresAt!: Date;

  @Field(() => String, { description: 'Always `Bearer`.' })
  tokenType!: string;
}

/** Hands tokens to the client: the refresh token in the answer, or in a cookie where the client asked for that. */
export function handOver(tokens: IssuedTokens, { refreshCookie }: CallerContext): Tokens {
  refreshCookie?.write(tokens.refreshToken, tokens.refreshTokenExpiresAt);
  const refreshToken = refreshCookie ? '' : tokens.refreshToken;
  return Object.assign(new Tokens(), tokens, { refreshToken, tokenType: 'Bearer' });
}
