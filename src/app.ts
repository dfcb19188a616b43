import { sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { CityRepository } from './cities/city.repository.js';
import { CityService } from './cities/city.service.js';
import { importShippedCities } from './cities/import-shipped.js';
import type { Config } from './config/config.js';
import { openDatabase } from './database/database.js';
import { migrateDatabase } from './database/migrate.js';
import { startApollo } from './graphql/apollo.js';
import { contextFactory, type Services } from './graphql/context.js';
import { fieldRateLimiter } from './graphql/field-rate-limit.js';
import { createServer } from './http/server.js';
import { MessageRepository } from './messaging/message.repository.js';
import type { MessageSender } from './messaging/message-sender.js';
import { OutboxService } from './messaging/outbox.service.js';
import { OtpService } from './otp/otp.service.js';
import { OtpChallengeRepository } from './otp/otp-challenge.repository.js';
import type { AppSecrets } from './platform/app-secret.js';
import type { Clock } from './platform/clock.js';
import type { Logger } from './platform/logger.js';
import type { Random } from './platform/random.js';
import { createSchema } from './schema.js';
import { AccessTokens } from './sessions/access-token.js';
import { RefreshTokens } from './sessions/refresh-token.js';
import { SessionRepository } from './sessions/session.repository.js';
import { SessionService } from './sessions/session.service.js';
import { SigningKeyRepository } from './sessions/signing-key.repository.js';
import { loadSigningKeys, type SigningKeys } from './sessions/signing-keys.js';
import { RegisterRepository } from './sign-in/register.repository.js';
import { RegisterService } from './sign-in/register.service.js';
import { RequestOtpRepository } from './sign-in/request-otp.repository.js';
import { RequestOtpService } from './sign-in/request-otp.service.js';
import { SignInRepository } from './sign-in/sign-in.repository.js';
import { VerifyOtpService } from './sign-in/verify-otp.service.js';
import { PasswordHasher } from './users/password.js';
import { UserRepository } from './users/user.repository.js';

/** Connections per process: the bundled server and most hosted ones allow a hundred. No query of ours takes a second. */
const DATABASE = { maxConnections: 10, answerWithin: 5_000 };

/** Everything that differs between a deployment and a test. */
export interface AppParts {
  readonly config: Config;
  /** A database whose schema is up to date. */
  readonly databaseUrl: string;
  readonly secrets: AppSecrets;
  /** The address clients use: issuer of access tokens. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly sender: MessageSender;
  readonly logger: Logger;
}

export interface App {
  readonly server: FastifyInstance;
  /** Answers what is under way, sends what was promised, then lets the database go. */
  close(): Promise<void>;
}

/** Brings a database up to date and fills in what comes with the product. */
export async function prepareDatabase(databaseUrl: string): Promise<void> {
  await migrateDatabase(databaseUrl);
  const { db, close } = openDatabase(databaseUrl, { maxConnections: 1 });
  await importShippedCities(db).finally(close);
}

/** The composition root: who gets what. */
export async function createApp(parts: AppParts): Promise<App> {
  const { config, clock, sender, secrets, logger } = parts;
  const { db, close } = openDatabase(parts.databaseUrl, DATABASE);
  const keys = await loadSigningKeys({ repository: new SigningKeyRepository(db), secrets, clock });
  const outbox = new OutboxService({ messages: new MessageRepository(db), sender, clock, logger });
  const services = createServices({ ...parts, db, keys, outbox });
  const { production, introspection } = config;
  const apollo = await startApollo({ schema: createSchema(), production, introspection, logger });
  const limitField = fieldRateLimiter(config.fieldRateLimit, clock);
  const server = await createServer({
    apollo,
    createContext: contextFactory({ services, limitField }),
    logger,
    settings: config,
    keySet: () => keys.keySet,
    ping: async () => {
      await db.execute(sql`SELECT 1`);
    },
  });
  return {
    server,
    async close() {
      await server.close();
      await apollo.stop();
      await outbox.drain();
      await close();
    },
  };
}

type Inside = AppParts & {
  readonly db: ReturnType<typeof openDatabase>['db'];
  readonly keys: SigningKeys;
  readonly outbox: OutboxService;
};

function createServices({ config, db, keys, outbox, publicUrl, secrets, clock, random }: Inside): Services {
  const { phoneNumbers, codeRequired } = config;
  const { maxAttempts } = config.otp;
  const sessions = new SessionService({
    accessTokens: new AccessTokens({ keys, settings: tokenSettings(config, publicUrl), clock, random }),
    refreshTokens: new RefreshTokens(secrets),
    sessions: new SessionRepository(db),
    clock,
    random,
    rules: { refreshTokenTtl: config.refreshTokenTtl, maxAge: config.sessionMaxAge },
  });
  const otp = new OtpService({
    challenges: new OtpChallengeRepository(db),
    secrets,
    random,
    testPhones: phoneNumbers.testPhones,
    rules: { maxAttempts, limits: config.guesses },
  });
  const { unknownPhone, serviceName, webOtpDomain } = config;
  return {
    sessions,
    cities: new CityService(new CityRepository(db)),
    requestOtp: new RequestOtpService({
      requests: new RequestOtpRepository(db),
      rules: { ...config.otp, phoneNumbers, acceptUnknown: unknownPhone !== 'reject', serviceName, webOtpDomain },
      ...{ otp, outbox, secrets, clock, random },
    }),
    verifyOtp: new VerifyOtpService({
      signIns: new SignInRepository(db),
      rules: { phoneNumbers, unknownPhone },
      ...{ otp, sessions, clock, random },
    }),
    register: new RegisterService({
      users: new UserRepository(db),
      registrations: new RegisterRepository(db),
      passwords: new PasswordHasher(config.threads),
      rules: { phoneNumbers, codeRequired },
      ...{ otp, sessions, clock, random },
    }),
  };
}

function tokenSettings({ tokenAudience, accessTokenTtl }: Config, publicUrl: string) {
  return { issuer: publicUrl, audience: tokenAudience ?? publicUrl, timeToLive: accessTokenTtl };
}
