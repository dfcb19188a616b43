import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import type { IssuedTokens } from './session.service.js';

@ObjectType({ description: 'The tokens of a session. Keep both out of logs and URLs.' })
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
      'Opaque: keep it with the session. Nothing takes it yet; when the access token expires, sign in again.',
  })
  refreshToken!: string;

  @Field(() => GraphQLDateTime, { description: 'When the refresh token expires, and its session with it.' })
  refreshTokenExpiresAt!: Date;

  @Field(() => String, { description: 'Always `Bearer`.' })
  tokenType!: string;
}

export function toTokens(tokens: IssuedTokens): Tokens {
  return Object.assign(new Tokens(), tokens, { tokenType: 'Bearer' });
}
