import type { GraphQLResolveInfo } from 'graphql';
import type { CityService } from '../cities/city.service.js';
import type { OtpDeliveryService } from '../messaging/otp-delivery.service.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { AccessTokenClaims } from '../sessions/access-token.js';
import type { LiveSession } from '../sessions/session.repository.js';
import type { SessionService } from '../sessions/session.service.js';
import type { ChangePasswordService } from '../sign-in/change-password.service.js';
import type { LoginService } from '../sign-in/login.service.js';
import type { RegisterService } from '../sign-in/register.service.js';
import type { RequestOtpService } from '../sign-in/request-otp.service.js';
import type { VerifyOtpService } from '../sign-in/verify-otp.service.js';

/** What resolvers may ask for anything. */
export interface Services {
  readonly requestOtp: RequestOtpService;
  readonly verifyOtp: VerifyOtpService;
  readonly register: RegisterService;
  readonly login: LoginService;
  readonly changePassword: ChangePasswordService;
  readonly sessions: SessionService;
  readonly cities: CityService;
  readonly otpDelivery: OtpDeliveryService;
}

/** What is known of the request before any resolver runs. */
export interface ClientInfo {
  readonly ipAddress: string;
  /** IPv4 /24 or IPv6 /56: what one subscriber can change at will counts as one client. */
  readonly network: string;
  readonly userAgent: string | null;
  readonly acceptLanguage: string | null;
}

/** One per request. */
export interface Context {
  readonly services: Services;
  readonly client: ClientInfo;
  readonly logger: Logger;
  /** Who the access token speaks for; null without a valid one. Whether the session lives is not known yet. */
  readonly signedInAs: AccessTokenClaims | null;
  /** The caller's living session with its user, read once per request; null without one. */
  session(): Promise<LiveSession | null>;
  /** Where the refresh token of a browser is kept out of reach of scripts; null for clients that keep it themselves. */
  readonly refreshCookie: RefreshCookie | null;
  /** Counts a call of a field and throws RATE_LIMITED when there were too many. */
  limitField(info: GraphQLResolveInfo): Promise<void>;
  readonly metrics: Metrics;
}

/** A cookie that holds a refresh token, of a client that asked for it (SESSION_COOKIES=on). */
export interface RefreshCookie {
  /** The refresh token that came with the request. */
  read(): string | null;
  write(refreshToken: string, expiresAt: Date): void;
  clear(): void;
}

/** What the HTTP layer hands over. */
export interface IncomingRequest {
  readonly client: ClientInfo;
  readonly authorization: string | undefined;
  readonly logger: Logger;
  readonly refreshCookie: RefreshCookie | null;
}

export type ContextFactory = (request: IncomingRequest) => Promise<Context>;

/**
 * Decodes the access token and hands the services to the resolvers. A token that is not valid counts as none: an app
 * that still holds yesterday's must be able to sign in again, and `me` answers UNAUTHENTICATED.
 */
export function contextFactory(parts: {
  services: Services;
  limitField(context: Context, info: GraphQLResolveInfo): Promise<void>;
  metrics: Metrics;
}): ContextFactory {
  return async ({ client, authorization, logger, refreshCookie }) => {
    const { services } = parts;
    const token = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1];
    const signedInAs = token === undefined ? null : await services.sessions.authenticate(token);
    let session: Promise<LiveSession | null> | undefined;
    const context: Context = {
      services,
      client,
      logger,
      signedInAs,
      refreshCookie,
      session() {
        session ??= signedInAs ? services.sessions.find(signedInAs) : Promise.resolve(null);
        return session;
      },
      limitField: (info) => parts.limitField(context, info),
      metrics: parts.metrics,
    };
    return context;
  };
}
