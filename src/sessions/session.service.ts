import { addSeconds, type Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import type { User } from '../users/user.js';
import type { UserRow } from '../users/user.table.js';
import type { AccessTokenClaims, AccessTokens } from './access-token.js';
import type { RefreshTokens } from './refresh-token.js';
import type { NewSession, SessionRepository } from './session.repository.js';

export interface SessionRules {
  /** Sliding end in seconds: a session that is not refreshed for so long is over. */
  readonly refreshTokenTtl: number;
  /** Absolute end in seconds. */
  readonly maxAge: number;
}

/** The device and address a session is begun from, shown to its user later. */
export interface ClientTrace {
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

export interface IssuedTokens {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: Date;
}

/** RFC 8176: how a user proved who they are. */
export type AuthenticationMethod = 'otp' | 'sms' | 'pwd';

export class SessionService {
  readonly #accessTokens: AccessTokens;
  readonly #refreshTokens: RefreshTokens;
  readonly #sessions: SessionRepository;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #rules: SessionRules;

  constructor(parts: {
    accessTokens: AccessTokens;
    refreshTokens: RefreshTokens;
    sessions: SessionRepository;
    clock: Clock;
    random: Random;
    rules: SessionRules;
  }) {
    this.#accessTokens = parts.accessTokens;
    this.#refreshTokens = parts.refreshTokens;
    this.#sessions = parts.sessions;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#rules = parts.rules;
  }

  /** The session that an access token belongs to, or null for anything but a valid token. */
  async authenticate(accessToken: string): Promise<AccessTokenClaims | null> {
    return this.#accessTokens.verify(accessToken);
  }

  /** The user behind an access token, or null when the session has ended since the token was issued. */
  async findUser(claims: AccessTokenClaims): Promise<User | null> {
    return this.#sessions.findUser(claims, this.#clock.now());
  }

  /** A session to be begun by the statement that signs the user in. */
  plan(client: ClientTrace, authenticationMethods: readonly AuthenticationMethod[], now: Date): NewSession {
    const lifetime = Math.min(this.#rules.refreshTokenTtl, this.#rules.maxAge);
    return {
      ipAddress: client.ipAddress,
      userAgent: client.userAgent,
      id: this.#random.rowId(this.#clock),
      authenticationMethods,
      now,
      expiresAt: addSeconds(now, lifetime),
    };
  }

  /** The tokens of a session that has just begun. */
  async issueFirst(session: NewSession, user: UserRow): Promise<IssuedTokens> {
    const [access, refreshToken] = await Promise.all([
      this.#accessTokens.issue({
        userId: user.id,
        sessionId: session.id,
        role: user.role,
        phoneVerified: user.phoneVerifiedAt !== null,
        authenticatedAt: session.now,
        authenticationMethods: session.authenticationMethods,
      }),
      this.#refreshTokens.issue({ sessionId: session.id, generation: 1, expiresAt: session.expiresAt }),
    ]);
    return {
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt,
      refreshToken,
      refreshTokenExpiresAt: session.expiresAt,
    };
  }
}
