import 'reflect-metadata';
import type { FastifyInstance } from 'fastify';
import { createAccount } from './account/account.js';
import { createAudit } from './audit/audit.js';
import { type Budgets, createBudgets } from './budgets/budgets.js';
import { limits } from './budgets/limits.js';
import { openCaptcha } from './captcha/open-captcha.js';
import { createCities } from './cities/cities.js';
import { importShippedCities } from './cities/import-shipped.js';
import type { Config } from './config/config.js';
import { type Context, contextFactory, type Services } from './context.js';
import { type Costs, createCosts } from './costs/costs.js';
import { loadPriceList } from './costs/load-price-list.js';
import type { ConnectionTarget } from './database/connection-target/connection-target.js';
import { beginAgain, type Patience } from './database/begin-again.js';
import { type Database, openDatabase } from './database/database.js';
import { isDatabaseAway } from './database/database-errors.js';
import { SERVICE_LIMITS } from './database/pool/time-limits.js';
import { requireWritable } from './database/require-writable.js';
import { createDevices } from './devices/devices.js';
import { startApollo } from './graphql/apollo.js';
import { ErrorMasking } from './graphql/error-masking.js';
import { FieldCalls } from './graphql/field-rate-limit.js';
import { Housekeeper } from './housekeeping/housekeeper.js';
import { Drain } from './http/drain.js';
import type { Address } from './http/listen.js';
import { createMetricsServer } from './http/metrics-server.js';
import { addDevelopmentPages } from './http/development-pages.js';
import { type RequestLimit, RequestRate } from './http/request-rate.js';
import { createServer } from './http/server.js';
import type { Inbox } from './inbox/inbox.js';
import { createMessaging, type Messaging } from './messaging/messaging.js';
import { AFTER_THE_ANSWER, type SendDelay } from './messaging/outbox.service.js';
import { PrometheusMetrics } from './metrics/prometheus.js';
import type { NoticeService } from './notices/notice.service.js';
import { createNotices } from './notices/notices.js';
import { revertCodes } from './notices/revert-token.js';
import { createNumberProofs } from './number-proofs/number-proofs.js';
import { openNumberSignals } from './number-signals/open-number-signals.js';
import { createOneTimeCodes } from './otp/one-time-codes.js';
import type { AppSecrets } from './platform/app-secret.js';
import type { Chore } from './platform/chore.js';
import type { Clock } from './platform/clock.js';
import type { LogOutput } from './platform/log-output.js';
import type { Logger } from './platform/logger.js';
import type { Metrics } from './platform/metrics.js';
import type { Poller } from './platform/poller.js';
import type { Random } from './platform/random.js';
import { TurnTooLate } from './platform/turns.js';
import type { MessageSender, ProviderName } from './providers/message-sender.js';
import { openReceivers } from './providers/open-providers.js';
import { createPumping, type Pumping } from './pumping/pumping.js';
import { channels } from './texts/channel.js';
import { schema } from './schema.js';
import { createSessions, type Sessions } from './sessions/sessions.js';
import { SignsOfLife } from './sign-in/signs-of-life.js';
import { createSignIn } from './sign-in/sign-in.js';
import type { PasswordCost } from './users/password.js';
import { createUsers, type Users } from './users/users.js';

/** Everything that differs between production and a test. */
export interface AppParts {
  readonly config: Config;
  /** A database with the current schema. */
  readonly database: ConnectionTarget | string;
  readonly secrets: AppSecrets;
  /** The address that clients use, and the issuer of access tokens. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly random: Random;
  /** One for each provider that a route leads to. */
  readonly senders: ReadonlyMap<ProviderName, MessageSender>;
  /** Shown at /inbox, except in production. */
  readonly inbox?: Inbox | null | undefined;
  readonly logger: Logger;
  /** Where the logger writes, to count what it drops. */
  readonly logOutput?: LogOutput | undefined;
  /** When sending begins; by default after the answer. */
  readonly sendAfterAnswer?: SendDelay | undefined;
  /** How long a CAPTCHA provider may take to answer. */
  readonly captchaTimeoutMs?: number | undefined;
  /** How a start waits for a database that is not ready. */
  readonly patience?: Patience | undefined;
  /** What a password hash costs. Only tests make it cheaper. */
  readonly passwordCost?: PasswordCost | undefined;
  /** The longest wait for a password hash. Only tests change it. */
  readonly longestHashingWaitMs?: number | undefined;
}

/** What each room needs. */
type RoomParts = AppParts & {
  readonly db: Database;
  readonly metrics: Metrics;
  readonly settings: Config;
};

interface Rooms {
  readonly services: Services;
  readonly sessions: Sessions;
  readonly users: Users;
  readonly pumping: Pumping;
  readonly sends: Budgets['sends'];
  readonly messaging: Messaging;
  readonly notices: NoticeService;
  readonly costs: Costs;
  readonly chores: readonly Chore[];
}

export interface App {
  readonly server: FastifyInstance;
  /** GET /metrics, on its own port. */
  readonly metricsServer: FastifyInstance;
  /** For benchmarks without GraphQL (bench/floor.js). */
  readonly services: Services;
  /** Removes rows that are over, every minute. */
  readonly housekeeper: Housekeeper;
  /** Finds pumped number ranges with every request and every minute. */
  readonly pumpingGuard: Pumping['guard'];
  /** What this process may spend on codes. */
  readonly sends: Budgets['sends'];
  /** Looks for rotated keys every minute. */
  readonly signingKeys: Sessions['keys'];
  readonly outbox: Messaging['outbox'];
  readonly notices: NoticeService;
  readonly deliveries: Messaging['deliveries'];
  /** Poll the outbox and what messages cost, once they are started. */
  readonly pollers: readonly Poller[];
  listen(address: Address): Promise<void>;
  /** Drains for DRAIN_SECONDS, answers the requests under way, sends the messages in hand, then closes the database. */
  close(): Promise<void>;
}

/** Imports the cities that come with the product. The schema must be current. */
export async function importCities(database: ConnectionTarget | string): Promise<void> {
  const { db, close } = openDatabase(database, { maxConnections: 1 });
  await importShippedCities(db).finally(close);
}

/** The composition root: opens the rooms, and puts GraphQL and HTTP in front of them. */
export async function createApp(parts: AppParts): Promise<App> {
  const { config, clock, logger } = parts;
  const { db, close } = openDatabase(parts.database, {
    maxConnections: config.database.pool,
    prepare: config.database.prepare,
    limits: SERVICE_LIMITS,
    onWarning: (line) => logger.warn(line),
  });
  const metrics = new PrometheusMetrics();
  parts.logOutput?.watch((lines) => metrics.count('log_lines_dropped_total', {}, lines));
  if (config.metricsPort !== null) metrics.observeProcess();
  const open = () => createRooms({ ...parts, db, metrics, settings: config });
  const rooms = await (parts.patience ? beginAgain(open, parts.patience) : open());
  const { services, sessions, users, pumping, sends, messaging, notices, costs } = rooms;
  const pollers = [...messaging.pollers, ...costs.pollers];
  const housekeeper = new Housekeeper({ chores: rooms.chores, clock, logger });
  sessions.keys.watch();
  pumping.guard.watch();
  sends.watch();
  housekeeper.start();
  const { production, introspection } = config;
  const masking = new ErrorMasking((error) => isDatabaseAway(error) || error instanceof TurnTooLate);
  const apollo = await startApollo<Context>({ schema, production, introspection, masking, logger });
  const limit = { max: config.fieldRateLimit, windowSeconds: limits.callsOfField.window };
  const fieldCalls = new FieldCalls({ limit, clock, metrics, masking });
  const drain = new Drain();
  const server = await createServer({
    apollo,
    drain,
    requestRate: new RequestRate({ limit: requestLimit(config.httpRateLimit), clock, metrics }),
    createContext: contextFactory({ services, fieldCalls }),
    logger,
    publicUrl: parts.publicUrl,
    settings: config,
    receivers: await openReceivers(config.delivery.providers, { reports: messaging.deliveries, clock }),
    keySet: () => sessions.keys.keySet,
    ping: () => requireWritable(db),
  });
  if (!production) addDevelopmentPages(server);
  await addInboxTo(server, parts);
  const metricsServer = createMetricsServer(metrics);
  return {
    server,
    metricsServer,
    services,
    housekeeper,
    pumpingGuard: pumping.guard,
    sends,
    signingKeys: sessions.keys,
    outbox: messaging.outbox,
    notices,
    deliveries: messaging.deliveries,
    pollers,
    listen: (address) => drain.listen(server, address),
    async close() {
      if (server.server.listening) await drain.begin(config.drainSeconds);
      await Promise.all(pollers.map((poller) => poller.stop()));
      await server.close();
      await metricsServer.close();
      await apollo.stop();
      await notices.drain();
      await messaging.outbox.drain();
      await messaging.deliveries.drain();
      await pumping.guard.close();
      await sends.close();
      await housekeeper.stop();
      await sessions.keys.close();
      await users.close();
      await close();
    },
  };
}

function requestLimit(narrow: number): RequestLimit {
  const { requestsPerNetwork, requestsPerWideNetwork, requestsPerWidestNetwork } = limits;
  return {
    windowSeconds: requestsPerNetwork.window,
    narrow,
    wide: narrow * requestsPerWideNetwork.size.times,
    widest: narrow * requestsPerWidestNetwork.size.times,
  };
}

async function createRooms(parts: RoomParts): Promise<Rooms> {
  const { config, logger, metrics } = parts;
  const pumping = createPumping(parts);
  const signsOfLife = new SignsOfLife({ ...parts, guard: pumping.guard, phoneNumbers: config.phoneNumbers });
  const sessions = await createSessions({ ...parts, onUse: (user) => signsOfLife.used(user) });
  const cities = createCities(parts);
  const { longestHashingWaitMs = limits.waitingPasswords.size.fixed * 1000 } = parts;
  const users = await createUsers({ ...parts, longestHashingWaitMs });
  const { routes, developmentProviders: free } = config.delivery;
  const offered = channels.filter((channel) => routes.offers(channel));
  const costs = createCosts({
    ...parts,
    free,
    priceList: await loadPriceList(config.pricesFile, { channels: offered, budget: config.sends.spendPerDay }),
  });
  const budgets = await createBudgets({ ...parts, busiestDay: () => costs.sendDays.busiestDay(parts.clock.now()) });
  const devices = createDevices(parts);
  const onLocked = (destination: string, until: Date) => notices.locked({ destination }, until);
  const codes = createOneTimeCodes({ ...parts, failures: budgets.failures, onLocked });
  const { sendAfterAnswer = AFTER_THE_ANSWER } = parts;
  const messaging = createMessaging({
    ...parts,
    guard: pumping.guard,
    routes: config.delivery.routes,
    developmentProviders: config.delivery.developmentProviders,
    texts: config.delivery.texts,
    testPhones: config.phoneNumbers.testPhones,
    requestTokens: codes.requestTokens,
    maxAttempts: config.otp.maxAttempts,
    undoCodes: revertCodes(parts.secrets),
    sendAfterAnswer,
  });
  const { notices } = createNotices({
    ...parts,
    ways: config.noticeWays,
    outbox: messaging.outbox,
    sends: budgets.sends,
    prices: costs.prices,
    phoneNumbers: config.phoneNumbers,
    defaultLocale: config.delivery.texts.defaultLocale,
    sendAfterAnswer,
  });

  const signals = openNumberSignals(config, parts);
  const captcha = openCaptcha(config.captcha, { logger, metrics, timeoutMs: parts.captchaTimeoutMs });
  const signIn = createSignIn({
    ...parts,
    notices,
    captcha,
    signals,
    ...codes,
    budgets,
    prices: costs.prices,
    deviceTokens: devices.deviceTokens,
    users,
    sessions: sessions.services.sessions,
    guard: pumping.guard,
    messaging,
  });
  const account = createAccount({
    ...{ ...parts, ...codes, ...budgets, users, notices, captcha, signals, messaging, guard: pumping.guard },
    ...{ sessions: sessions.services.sessions, deviceTokens: devices.deviceTokens, signIn },
  });
  const witnesses = { guard: pumping.guard, deliveries: messaging.deliveries };
  const numberProofs = createNumberProofs({ ...parts, ...witnesses, otp: codes.otp, keys: sessions.keys });
  return {
    services: {
      ...cities.services,
      ...users.services,
      ...sessions.services,
      ...messaging.services,
      ...signIn.services,
      ...account.services,
      ...numberProofs.services,
    },
    sessions,
    users,
    pumping,
    sends: budgets.sends,
    messaging,
    notices,
    costs,
    // Days are summed up before their messages go.
    chores: [
      ...[
        account,
        users,
        sessions,
        signIn,
        devices,
        codes,
        numberProofs,
        budgets,
        costs,
        messaging,
        pumping,
        createAudit(parts),
      ].flatMap(({ chores }) => chores),
    ],
  };
}

/** `openInbox` opens no inbox in production. This second check does not show one either. */
async function addInboxTo(server: FastifyInstance, { config, inbox, publicUrl }: AppParts): Promise<void> {
  if (!inbox || config.production) return;
  const { addInbox } = await import('./inbox/inbox.routes.js');
  await addInbox(server, { inbox, publicUrl, forEveryone: config.inbox === 'on' });
}
