import 'reflect-metadata';
import { availableParallelism } from 'node:os';
import { sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { FailureLimitRepository } from './budgets/failure-limit.repository.js';
import { FailureLimitService } from './budgets/failure-limit.service.js';
import { GuessBudgetRepository } from './budgets/guess-budget.repository.js';
import { limits } from './budgets/limits.js';
import { RateBudgetRepository } from './budgets/rate-budget.repository.js';
import { openCaptcha } from './captcha/open-captcha.js';
import { CityRepository } from './cities/city.repository.js';
import { CityService } from './cities/city.service.js';
import { importShippedCities } from './cities/import-shipped.js';
import type { Config } from './config/config.js';
import { openDatabase } from './database/database.js';
import { DeviceRepository } from './devices/device.repository.js';
import { DeviceTokens } from './devices/device-token.js';
import { startApollo } from './graphql/apollo.js';
import { type Context, contextFactory, type Services } from './context.js';
import { fieldRateLimiter } from './graphql/field-rate-limit.js';
import { type Chore, Housekeeper } from './housekeeping/housekeeper.js';
import { createMetricsServer } from './http/metrics-server.js';
import { createServer } from './http/server.js';
import type { Inbox } from './inbox/inbox.js';
import { MessageRepository } from './messaging/message.repository.js';
import type { MessageSender, ProviderName } from './providers/message-sender.js';
import { createMessaging, type Messaging } from './messaging/messaging.js';
import { openReceivers } from './providers/open-providers.js';
import { AFTER_THE_ANSWER, type SendDelay, type OutboxService } from './messaging/outbox.service.js';
import { RefusedNumberRepository } from './messaging/refused-number.repository.js';
import { Poller } from './platform/poller.js';
import { PrometheusMetrics } from './metrics/prometheus.js';
import { GuessRepository } from './otp/guess.repository.js';
import { OtpService } from './otp/otp.service.js';
import { OtpChallengeRepository } from './otp/otp-challenge.repository.js';
import type { AppSecrets } from './platform/app-secret.js';
import type { Clock } from './platform/clock.js';
import type { Logger } from './platform/logger.js';
import type { Metrics } from './platform/metrics.js';
import type { Random } from './platform/random.js';
import { ProofCounterRepository } from './pumping/proof-counter.repository.js';
import { PumpingGuardService } from './pumping/pumping-guard.service.js';
import { SendPauseRepository } from './pumping/send-pause.repository.js';
import { schema } from './schema.js';
import { AccessTokens } from './sessions/access-token.js';
import { RefreshRepository } from './sessions/refresh.repository.js';
import { RefreshTokens } from './sessions/refresh-token.js';
import { SessionRepository } from './sessions/session.repository.js';
import { SessionService } from './sessions/session.service.js';
import { SigningKeyRepository } from './sessions/signing-key.repository.js';
import { SigningKeys } from './sessions/signing-keys.js';
import { BeginSessionService } from './sign-in/begin-session.service.js';
import { ChangePasswordRepository } from './sign-in/change-password.repository.js';
import { ChangePasswordService } from './sign-in/change-password.service.js';
import { LoginRepository } from './sign-in/login.repository.js';
import { LoginService } from './sign-in/login.service.js';
import { RegisterRepository } from './sign-in/register.repository.js';
import { RegisterService } from './sign-in/register.service.js';
import { RequestOtpRepository } from './sign-in/request-otp.repository.js';
import { RequestOtpService } from './sign-in/request-otp.service.js';
import { SignInRepository } from './sign-in/sign-in.repository.js';
import { VerifyOtpService } from './sign-in/verify-otp.service.js';
import { PasswordHasher } from './users/password.js';
import { BreachedPasswordFile } from './users/breached-passwords.js';
import { PasswordPolicy } from './users/password-policy.js';
import { UserRepository } from './users/user.repository.js';

/**
 * Connections per process: the bundled server and most hosted ones allow a hundred. No query of ours takes a second.
 */
const DATABASE = { maxConnections: 10, answerWithin: 5_000 };

/** Seconds that a device is known for after the last session which it began must have ended. */
const DEVICE_KEPT = 180 * 86_400;

/** Nobody waits for a code longer than a second more. */
const OUTBOX_EVERY_MS = 1_000;
const PRICES_EVERY_MS = 60_000;

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
  /** One for each provider that a route leads to. */
  readonly senders: ReadonlyMap<ProviderName, MessageSender>;
  /** Shown at /inbox, except in production. */
  readonly inbox?: Inbox | null | undefined;
  readonly logger: Logger;
  /** When sending begins after an answer; by default once it is out. */
  readonly sendAfterAnswer?: SendDelay | undefined;
  /** What a CAPTCHA provider has to answer. */
  readonly captchaTimeoutMs?: number | undefined;
}

export interface App {
  readonly server: FastifyInstance;
  /** GET /metrics, for a port of its own. */
  readonly metricsServer: FastifyInstance;
  /** What resolvers ask: for the benchmark, which asks them without GraphQL (bench/floor.js). */
  readonly services: Services;
  /** Removes what is over: by itself every minute. */
  readonly housekeeper: Housekeeper;
  /** Finds pumped number ranges: with every request, and by itself every minute. */
  readonly pumpingGuard: PumpingGuardService;
  /** Notices rotations: by itself every minute. */
  readonly signingKeys: SigningKeys;
  /** Sends what was promised; `run` takes up what is due. */
  readonly outbox: OutboxService;
  /** Follows messages; takes what providers report, and asks what they cost. */
  readonly deliveries: Messaging['deliveries'];
  /** Poll the outbox and the prices of messages, once they are started. */
  readonly pollers: readonly Poller[];
  /** Answers what is under way, sends what was promised, then lets the database go. */
  close(): Promise<void>;
}

/** Fills in what comes with the product, once the schema is up to date. */
export async function importCities(databaseUrl: string): Promise<void> {
  const { db, close } = openDatabase(databaseUrl, { maxConnections: 1 });
  await importShippedCities(db).finally(close);
}

/** The composition root: who gets what. */
export async function createApp(parts: AppParts): Promise<App> {
  const { config, clock, logger } = parts;
  const { db, close } = openDatabase(parts.databaseUrl, DATABASE);
  const repository = new SigningKeyRepository(db);
  const keys = await SigningKeys.load({ ...parts, repository, accessTokenTtl: config.accessTokenTtl });
  keys.watch();
  const metrics = new PrometheusMetrics();
  if (config.metricsPort !== null) metrics.observeProcess();
  const messaging = createMessaging({
    ...parts,
    ...{ db, metrics, sendAfterAnswer: parts.sendAfterAnswer ?? AFTER_THE_ANSWER },
    routes: config.delivery.routes,
    texts: config.delivery.texts,
    testPhones: config.phoneNumbers.testPhones,
    maxAttempts: config.otp.maxAttempts,
  });
  const { outbox, deliveries } = messaging;
  const pollers = [
    new Poller({ name: 'the outbox', intervalMs: OUTBOX_EVERY_MS, poll: () => outbox.run() }, logger),
    new Poller(
      { name: 'what messages cost', intervalMs: PRICES_EVERY_MS, poll: (stop) => deliveries.askPrices(stop) },
      logger,
    ),
  ];
  const file = config.breachedPasswordsFile;
  const breached = file === null ? null : await BreachedPasswordFile.open(file);
  const [counters, pauses] = [new ProofCounterRepository(db), new SendPauseRepository(db)];
  const guard = new PumpingGuardService({ counters, pauses, clock, random: parts.random, logger, metrics });
  guard.watch();
  const services = createServices({ ...parts, db, keys, messaging, guard, breached, metrics });
  const housekeeper = new Housekeeper({ chores: chores(db, config), clock, logger });
  housekeeper.start();
  const { production, introspection } = config;
  const apollo = await startApollo<Context>({ schema, production, introspection, logger });
  const limitField = fieldRateLimiter({ max: config.fieldRateLimit, windowSeconds: limits.callsOfField.window }, clock);
  const server = await createServer({
    apollo,
    createContext: contextFactory({ services, limitField, metrics }),
    logger,
    publicUrl: parts.publicUrl,
    settings: config,
    receivers: await openReceivers(config.delivery.providers, { reports: deliveries, clock }),
    keySet: () => keys.keySet,
    ping: async () => {
      await db.execute(sql`SELECT 1`);
    },
  });
  await addInboxTo(server, parts);
  const metricsServer = createMetricsServer(metrics);
  return {
    server,
    metricsServer,
    services,
    housekeeper,
    pumpingGuard: guard,
    signingKeys: keys,
    outbox,
    deliveries,
    pollers,
    async close() {
      await Promise.all(pollers.map((poller) => poller.stop()));
      await server.close();
      await metricsServer.close();
      await apollo.stop();
      await outbox.drain();
      await deliveries.drain();
      await guard.close();
      await housekeeper.stop();
      await keys.close();
      await breached?.close();
      await close();
    },
  };
}

/** The second guard: openInbox makes none in production, and here it would not be shown. Loaded where it is needed. */
async function addInboxTo(server: FastifyInstance, { config, inbox, publicUrl }: AppParts): Promise<void> {
  if (!inbox || config.production) return;
  const { addInbox } = await import('./inbox/inbox.routes.js');
  await addInbox(server, { inbox, publicUrl });
}

type Inside = AppParts & {
  readonly db: ReturnType<typeof openDatabase>['db'];
  readonly keys: SigningKeys;
  readonly messaging: Messaging;
  readonly guard: PumpingGuardService;
  readonly breached: BreachedPasswordFile | null;
  readonly metrics: Metrics;
};

function createServices({
  config,
  db,
  keys,
  messaging,
  guard,
  publicUrl,
  secrets,
  clock,
  random,
  logger,
  breached,
  metrics,
  captchaTimeoutMs,
}: Inside): Services {
  const { phoneNumbers, codeRequired } = config;
  const { maxAttempts } = config.otp;
  const sessions = new SessionService({
    accessTokens: new AccessTokens({ keys, settings: tokenSettings(config, publicUrl), clock, random }),
    refreshTokens: new RefreshTokens(secrets, clock),
    sessions: new SessionRepository(db),
    refreshes: new RefreshRepository(db),
    rules: config.sessions,
    ...{ clock, random, logger },
  });
  const deviceTokens = new DeviceTokens(secrets, clock, deviceLife(config));
  const failures = new FailureLimitService({
    failures: new FailureLimitRepository(db),
    limits: config.failures,
    ...{ logger, metrics },
  });
  const captcha = openCaptcha(config.captcha, { logger, metrics, timeoutMs: captchaTimeoutMs });
  const otp = new OtpService({
    guesses: new GuessRepository(db),
    failures,
    secrets,
    random,
    testPhones: phoneNumbers.testPhones,
    rules: { maxAttempts, limits: config.guesses },
  });
  const passwords = new PasswordHasher({ threads: config.threads, cores: availableParallelism() });
  const policy = new PasswordPolicy(breached);
  const limits = config.guesses;
  const { unknownPhone, destinations, sends, pumpingGuard } = config;
  const offersCalls = (country: string) => config.delivery.routes.providersOf({ channel: 'VOICE', country }).length > 0;
  const { outbox, deliveries, deliveryTokens, otpDelivery } = messaging;
  const beginning = new BeginSessionService({ captcha, sessions, deviceTokens, guard, deliveries, clock, random });
  return {
    sessions,
    cities: new CityService(new CityRepository(db)),
    otpDelivery,
    requestOtp: new RequestOtpService({
      requests: new RequestOtpRepository(db),
      rules: {
        ...{ ...config.otp, phoneNumbers, destinations, sends, pumpingGuard },
        defaultLocale: config.delivery.texts.defaultLocale,
        acceptUnknown: unknownPhone !== 'reject',
      },
      ...{ captcha, outbox, deliveryTokens, deviceTokens, guard, secrets, clock, random, logger, metrics },
    }),
    verifyOtp: new VerifyOtpService({
      signIns: new SignInRepository(db),
      rules: { phoneNumbers, unknownPhone },
      ...{ beginning, otp, clock, random },
    }),
    login: new LoginService({
      logins: new LoginRepository(db),
      rules: { phoneNumbers, limits },
      ...{ beginning, failures, passwords },
    }),
    changePassword: new ChangePasswordService({
      changes: new ChangePasswordRepository(db),
      ...{ passwords, policy, limits, clock, random },
    }),
    register: new RegisterService({
      users: new UserRepository(db),
      registrations: new RegisterRepository(db),
      rules: { phoneNumbers, destinations, codeRequired, offersCalls },
      ...{ beginning, otp, passwords, policy, clock, random },
    }),
  };
}

function chores(db: Inside['db'], config: Config): Chore[] {
  const stores = {
    sessions: new SessionRepository(db),
    devices: new DeviceRepository(db, deviceLife(config)),
    'one-time codes': new OtpChallengeRepository(db),
    'guess budgets': new GuessBudgetRepository(db),
    'rate budgets': new RateBudgetRepository(db),
    messages: new MessageRepository(db),
    'refused numbers': new RefusedNumberRepository(db),
    'proof counters': new ProofCounterRepository(db),
    'pauses of sends': new SendPauseRepository(db),
  };
  return Object.entries(stores).map(([name, store]) => ({ name, remove: (now, most) => store.removeOver(now, most) }));
}

/** A device outlives the longest session that it can begin, so that it is known when the user signs in again. */
function deviceLife({ sessions }: Config): number {
  return sessions.maxAge + DEVICE_KEPT;
}

function tokenSettings({ tokenAudience, accessTokenTtl, accessTokenClaims }: Config, publicUrl: string) {
  const audience = tokenAudience ?? publicUrl;
  return { issuer: publicUrl, audience, timeToLive: accessTokenTtl, extraClaims: accessTokenClaims };
}
