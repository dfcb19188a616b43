import { createUnionType, Field, Int, ObjectType } from 'type-graphql';
import { InvalidTokenError, SessionNotFoundError } from '../graphql/user-error.js';
import { SessionType } from './session.type.js';

@ObjectType({ description: 'The user is logged out.' })
export class LogoutSuccess {
  @Field(() => Int, {
    description: 'How many sessions have ended, usually 1. 0: the session had already ended.',
  })
  endedSessions!: number;
}

export const LogoutResult = createUnionType({
  name: 'LogoutResult',
  description: 'The result of `logout`.',
  types: () => [LogoutSuccess, InvalidTokenError] as const,
});

@ObjectType({ description: 'The sessions have ended.' })
export class LogoutEverywhereSuccess {
  @Field(() => Int, { description: 'How many sessions have ended.' })
  endedSessions!: number;
}

export const LogoutEverywhereResult = createUnionType({
  name: 'LogoutEverywhereResult',
  description: 'The result of `logoutEverywhere`.',
  types: () => [LogoutEverywhereSuccess] as const,
});

@ObjectType({ description: 'The session has ended.' })
export class RevokeSessionSuccess {
  @Field(() => SessionType, { description: 'The session that has ended. Remove it from the list that you show.' })
  session!: SessionType;
}

export const RevokeSessionResult = createUnionType({
  name: 'RevokeSessionResult',
  description: 'The result of `revokeSession`.',
  types: () => [RevokeSessionSuccess, SessionNotFoundError] as const,
});
