import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import type { IssuedTokens } from './session.service.js';

@ObjectType({ description: 'The tokens of a session. Keep both out of logs and URLs.' })
export class Tokens {
  @Field(() => String, {
    description:
      'JWT (RFC 9068) to send as `Authorization: Bearer …`. Check it with the keys at `/.well-known/jwks.json`.',
  })
  accessToken!: string;

  @Field(() => GraphQLDateTime, { description: 'When the access token expires.' })
  accessTokenExpiresAt!: Date;

  @Field(() => String, { description: 'Opaque. Gets new tokens when the access token has expired.' })
  refreshToken!: string;

  @Field(() => GraphQLDateTime, { description: 'When the refresh token expires, and the session with it.' })
  refreshTokenExpiresAt!: Date;

  @Field(() => String, { description: 'Always `Bearer`.' })
  tokenType!: string;
}

export function toTokens(tokens: IssuedTokens): Tokens {
  return Object.assign(new Tokens(), tokens, { tokenType: 'Bearer' });
}
