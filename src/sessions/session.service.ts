import { validate } from 'uuid';
import type { Origin } from '../audit/origin.js';
import { addSeconds, type Clock, secondsLeft } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Random } from '../platform/random.js';
import type { User } from '../users/user.js';
import type { AccessTokenClaims, AccessTokens } from './access-token.js';
import type { EndSessionRepository } from './end-session.repository.js';
import { newProofs, type ProofMethod } from './proofs.js';
import type { RefreshRepository } from './refresh.repository.js';
import type { RefreshTokens } from './refresh-token.js';
import type { LiveSession, SessionRepository, SessionRow } from './session.repository.js';
import type { NewSession } from './session-fragments.js';

export interface SessionRules {
  /** Sliding end in seconds: a session that is not refreshed for so long is over. */
  readonly refreshTokenTtl: number;
  /** Absolute end in seconds. */
  readonly maxAge: number;
  /** Seconds for which a replaced refresh token still gets its successor, and the successor itself is not replaced. */
  readonly refreshGrace: number;
  /** Living sessions of a user. */
  readonly mostPerUser: number;
}

/** The client that a session begins on. */
export interface StartingClient extends Origin {
  readonly deviceId: string;
  /** Since when the account knows that device; null: it does not. */
  readonly deviceKnownSince: Date | null;
}

/** How a user has proved who they are, to begin a session. */
export interface ShownProofs {
  /** For `amr` of the access token. */
  readonly methods: readonly AuthenticationMethod[];
  readonly proofs: readonly ProofMethod[];
}

export interface IssuedTokens {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly accessTokenExpiresInSeconds: number;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: Date;
  readonly refreshTokenExpiresInSeconds: number;
}

/** How a user proved who they are: values of RFC 8176, which has none for a code by email. */
export type AuthenticationMethod = 'otp' | 'sms' | 'tel' | 'email' | 'pwd' | 'hwk' | 'swk' | 'user' | 'mfa';

/** What tokens say of their session. */
export interface TokenSession extends Pick<SessionRow, 'id' | 'generation' | 'expiresAt' | 'authenticatedAt'> {
  readonly authenticationMethods: readonly string[];
}

export type RefreshOutcome =
  | { readonly kind: 'refreshed'; readonly user: User; readonly sessionId: string; readonly tokens: IssuedTokens }
  | { readonly kind: 'invalid_token' };

/** The tokens that came with a call of `logout`. */
export interface LogoutCommand {
  /** Of the header. It does not count beside `refreshToken`. */
  readonly accessToken: AccessTokenClaims | null;
  /** Of the argument. */
  readonly refreshToken: string | null;
  /** The refresh token of a web client in cookie mode. */
  readonly fromCookie: string | null;
  readonly origin: Origin;
}

/** A signed-in user who ends sessions. */
export interface EndingUser {
  readonly session: Pick<LiveSession, 'id' | 'deviceId' | 'user'>;
  readonly origin: Origin;
}

export type LogoutOutcome =
  /** `byCookie`: one of the sessions was that of the cookie. */
  | { readonly kind: 'logged_out'; readonly endedSessions: number; readonly byCookie: boolean }
  /** No token of ours came with the call. */
  | { readonly kind: 'invalid_token' };

export interface SessionParts {
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly sessions: SessionRepository;
  readonly endings: EndSessionRepository;
  readonly refreshes: RefreshRepository;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly rules: SessionRules;
  /** Is told of each account whose session is refreshed. */
  readonly onUse: (user: User) => void;
}

export class SessionService {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** The session that an access token belongs to, or null for anything but a valid token. */
  async authenticate(accessToken: string): Promise<AccessTokenClaims | null> {
    return this.#parts.accessTokens.verify(accessToken);
  }

  /** The living session behind an access token, or null when it has ended since the token was issued. */
  async find(claims: AccessTokenClaims): Promise<LiveSession | null> {
    return this.#parts.sessions.find(claims, this.#parts.clock.now());
  }

  /** The living sessions of users, the latest used first. */
  async list(userIds: readonly string[]): Promise<SessionRow[]> {
    return this.#parts.sessions.list(userIds, this.#parts.clock.now());
  }

  /** Ends one session of a user, and returns it; null when there is none such. */
  async end(sessionId: string, user: EndingUser): Promise<SessionRow | null> {
    return validate(sessionId) ? this.#parts.endings.end(sessionId, this.#endedBy(user)) : null;
  }

  /**
   * Ends the sessions that a client's tokens belong to, usually one. Any refresh token of a session counts, also a
   * replaced or expired one: its signature says which session it is, and ending that session is all it can do here.
   */
  async logOut({ accessToken, refreshToken, fromCookie, origin }: LogoutCommand): Promise<LogoutOutcome> {
    const { refreshTokens, endings } = this.#parts;
    const given = refreshToken === null ? accessToken : refreshTokens.readAnyAge(refreshToken);
    const inCookie = fromCookie === null ? null : refreshTokens.readAnyAge(fromCookie);
    const sessionIds = new Set([given, inCookie].flatMap((token) => token?.sessionId ?? []));
    if (sessionIds.size === 0) return { kind: 'invalid_token' };
    const now = this.#parts.clock.now();
    const ends = [...sessionIds].map((sessionId) => ({ sessionId, origin, now }));
    return { kind: 'logged_out', endedSessions: await endings.endEach(ends), byCookie: inCookie !== null };
  }

  /** Whether a refresh token, of any age, is one of this session. */
  isOfSession(refreshToken: string, sessionId: string): boolean {
    return this.#parts.refreshTokens.readAnyAge(refreshToken)?.sessionId === sessionId;
  }

  /** Ends all sessions of a user, but for `except`; returns how many. */
  async endAll(except: string | null, user: EndingUser): Promise<number> {
    return this.#parts.endings.endAll(except, this.#endedBy(user));
  }

  #endedBy({ session, origin }: EndingUser) {
    const { id: bySession, deviceId: byDevice, user } = session;
    return { userId: user.id, bySession, byDevice, origin, now: this.#parts.clock.now() };
  }

  /** New tokens for a refresh token. An old one that comes back ends the session and is put on record. */
  async refresh(refreshToken: string | null, origin: Origin): Promise<RefreshOutcome> {
    const { refreshTokens, refreshes, clock, logger, rules } = this.#parts;
    const presented = refreshToken === null ? null : refreshTokens.read(refreshToken);
    if (!presented) return { kind: 'invalid_token' };
    const { refreshTokenTtl, maxAge, refreshGrace: grace } = rules;
    const now = clock.now();
    const times = { now, grace, refreshTokenTtl, maxAge };
    const result = await refreshes.rotate({ ...presented, ...times, origin });
    if (result.kind === 'reused') {
      logger.warn({ sessionId: result.sessionId, userId: result.userId }, 'refresh token reused: session ended');
    }
    if (result.kind !== 'rotated') return { kind: 'invalid_token' };
    const { session, user } = result;
    this.#parts.onUse(user);
    return { kind: 'refreshed', user, sessionId: session.id, tokens: this.#issue(session, user) };
  }

  /** A session to be begun by the statement that signs the user in. */
  plan(client: StartingClient, { methods, proofs }: ShownProofs, now: Date): NewSession {
    const { random, clock, rules } = this.#parts;
    return {
      deviceId: client.deviceId,
      deviceKnownSince: client.deviceKnownSince,
      ipAddress: client.ipAddress,
      userAgent: client.userAgent,
      requestId: client.requestId,
      id: random.rowId(clock),
      authenticationMethods: methods,
      proofs: newProofs(proofs, now),
      now,
      mostSessions: rules.mostPerUser,
      expiresAt: addSeconds(now, Math.min(rules.refreshTokenTtl, rules.maxAge)),
    };
  }

  /** The tokens of a session that has just begun. */
  issueFirst({ id, now, expiresAt, authenticationMethods }: NewSession, user: User): IssuedTokens {
    return this.#issue({ id, generation: 1, expiresAt, authenticatedAt: now, authenticationMethods }, user);
  }

  /**
   * Tokens of a session whose user has just proved again who they are. The refresh token is of the generation that the row
   * has, so one whose answer is lost leaves the client with a good one.
   */
  issueAgain(session: TokenSession, user: User): IssuedTokens {
    return this.#issue(session, user);
  }

  #issue(session: TokenSession, user: User): IssuedTokens {
    const { accessTokens, refreshTokens, clock } = this.#parts;
    const { id: sessionId, generation, expiresAt, authenticatedAt, authenticationMethods } = session;
    const access = accessTokens.issue({ user, sessionId, authenticatedAt, authenticationMethods });
    const refreshToken = refreshTokens.issue({ sessionId, generation }, expiresAt);
    const now = clock.now();
    return {
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt,
      accessTokenExpiresInSeconds: secondsLeft(access.expiresAt, now),
      refreshToken,
      refreshTokenExpiresAt: expiresAt,
      refreshTokenExpiresInSeconds: secondsLeft(expiresAt, now),
    };
  }
}
