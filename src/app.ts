import 'reflect-metadata';
import type { FastifyInstance } from 'fastify';
import type { Audit } from './audit/audit.js';
import type { Budgets } from './budgets/budgets.js';
import { limits } from './budgets/limits/limits.js';
import { importShippedCities } from './cities/import-shipped.js';
import { addConsole } from './admin/console-page/console.routes.js';
import { type Context, contextFactory, type Services } from './context.js';
import type { ConnectionTarget } from './database/connection-target/connection-target.js';
import { databaseGauges } from './database/database-gauges.js';
import { beginAgain } from './database/begin-again.js';
import { openDatabase } from './database/database.js';
import { isDatabaseAway } from './database/database-errors.js';
import { SERVICE_LIMITS } from './database/pool/time-limits.js';
import { requireWritable } from './database/require-writable.js';
import type { Events } from './events/events.js';
import { ServiceTokens } from './service-tokens/service-token.js';
import { startApollo } from './graphql/apollo.js';
import { ErrorMasking } from './graphql/error-masking.js';
import { FieldCalls } from './graphql/field-rate-limit.js';
import type { FieldLimit } from './graphql/field-rate-limit.store.js';
import { loadPersistedDocuments } from './graphql/persisted-documents/load-persisted-documents.js';
import { Housekeeper } from './housekeeping/housekeeper.js';
import { Drain } from './http/drain.js';
import type { Address } from './http/listen.js';
import { createMetricsServer } from './http/metrics-server.js';
import { addDevelopmentPages } from './http/development-pages.js';
import { type RequestLimit, RequestRate } from './http/request-rate.js';
import { createServer } from './http/server.js';
import type { Messaging } from './messaging/messaging.js';
import { PrometheusMetrics } from './metrics/prometheus.js';
import { runningBuild } from './metrics/running-build.js';
import { SharedGauges } from './metrics/shared-gauges.js';
import type { NoticeService } from './notices/notice.service.js';
import type { LearnedRoutesService } from './learned-routes/learned-routes.service.js';
import { Poller } from './platform/poller.js';
import { TurnTooLate } from './platform/turns.js';
import { openReceivers } from './providers/open-providers.js';
import { tracedSenders } from './providers/traced-sender.js';
import type { Pumping } from './pumping/pumping.js';
import { schema, subgraphSchema } from './schema.js';
import type { Sessions } from './sessions/sessions.js';
import { SIGNING_ALGORITHM } from './sessions/signing-key-pair.js';
import { type AppParts, createRooms, type Rooms } from './rooms.js';

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
  readonly failureTrail: Audit['failureTrail'];
  readonly outbox: Messaging['outbox'];
  readonly notices: NoticeService;
  readonly deliveries: Messaging['deliveries'];
  readonly feedback: Messaging['feedback'];
  readonly balances: Messaging['balances'];
  /** Notes requests for codes, behind the answers. */
  readonly codeRequests: Rooms['codeRequests'];
  readonly events: Events;
  /** What metrics show of the database, read every 15 seconds. */
  readonly learnedRoutes: LearnedRoutesService;
  readonly sharedGauges: SharedGauges;
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
  const { config, clock, logger, tracing = null } = parts;
  const { production, introspection, adminConsole, persistedDocuments } = config;
  const offered = config.federation ? subgraphSchema() : schema;
  const known = { schema: offered, introspection, adminConsole, logger };
  const persisted = await loadPersistedDocuments(persistedDocuments, known);
  const connection = (parts.openDatabase ?? openDatabase)(parts.database, {
    maxConnections: config.database.pool,
    prepare: config.database.prepare,
    limits: SERVICE_LIMITS,
    tracing,
    onWarning: (line) => logger.warn(line),
  });
  const { db, close } = connection;
  const metrics = new PrometheusMetrics();
  parts.logOutput?.watch((lines) => metrics.count('log_lines_dropped_total', {}, lines));
  if (config.metricsPort !== null) metrics.observeProcess();
  const senders = tracing === null ? parts.senders : tracedSenders(parts.senders, tracing);
  const open = () => createRooms({ ...parts, senders, db, metrics, settings: config });
  const rooms = await (parts.patience ? beginAgain(open, parts.patience) : open());
  const { services, loaders, sessions, users, pumping, sends, messaging, notices, costs, codeRequests, events } = rooms;
  const { learnedRoutes } = rooms;
  const { failureTrail } = rooms;
  metrics.set('build_info', runningBuild(), 1);
  const probe = databaseGauges(connection, { size: config.database.pool, metrics, clock });
  const sharedGauges = new SharedGauges([probe, ...rooms.gauges]);
  const works = [failureTrail, ...(config.metricsPort === null ? [] : [sharedGauges])];
  const ownPollers = works.map((work) => new Poller(work, logger));
  const pollers = [...messaging.pollers, ...costs.pollers, ...learnedRoutes.pollers, ...events.pollers, ...ownPollers];
  const housekeeper = new Housekeeper({ chores: rooms.chores, clock, logger });
  sessions.keys.watch();
  pumping.guard.watch();
  sends.watch();
  housekeeper.start();
  const masking = new ErrorMasking((error) => isDatabaseAway(error) || error instanceof TurnTooLate);
  const gateways = config.trustedGateways.length > 0;
  const graphql = { schema: offered, production, introspection, masking, logger, gateways, persisted };
  const apollo = await startApollo<Context>(graphql);
  const fieldLimits = { limit: fieldLimit(config.fieldRateLimit), clock, metrics, masking, tracing };
  const fieldCalls = new FieldCalls(fieldLimits);
  const drain = new Drain();
  const server = await createServer({
    apollo,
    drain,
    persisted,
    requestRate: new RequestRate({ limit: requestLimit(config.httpRateLimit), clock, metrics }),
    createContext: contextFactory({
      services,
      loaders,
      serviceTokens: new ServiceTokens(config.serviceTokens),
      fieldCalls,
    }),
    logger,
    tracing,
    publicUrl: parts.publicUrl,
    settings: config,
    receivers: await openReceivers(config.delivery.providers, { reports: messaging.deliveries, clock }),
    algorithm: SIGNING_ALGORITHM,
    keySet: () => sessions.keys.keySet,
    publicFiles: rooms.publicFiles,
    ping: () => requireWritable(db),
  });
  if (!production) addDevelopmentPages(server);
  await addInboxTo(server, parts);
  if (adminConsole) await addConsole(server, config);
  const metricsServer = createMetricsServer(metrics);
  return {
    server,
    metricsServer,
    services,
    housekeeper,
    pumpingGuard: pumping.guard,
    sends,
    failureTrail,
    signingKeys: sessions.keys,
    outbox: messaging.outbox,
    notices,
    deliveries: messaging.deliveries,
    feedback: messaging.feedback,
    balances: messaging.balances,
    codeRequests,
    events,
    learnedRoutes: learnedRoutes.orders,
    sharedGauges,
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
      await codeRequests.idle();
      await events.drain();
      await failureTrail.close();
      await pumping.guard.close();
      await sends.close();
      await housekeeper.stop();
      await sessions.keys.close();
      await users.close();
      await close();
    },
  };
}

function fieldLimit(max: number): FieldLimit {
  const { callsOfField, callsOfFieldPerNetwork } = limits;
  return { max, ofNetwork: max * callsOfFieldPerNetwork.size.times, windowSeconds: callsOfField.window };
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

/** `openInbox` opens no inbox in production. This second check does not show one either. */
async function addInboxTo(server: FastifyInstance, { config, inbox, publicUrl }: AppParts): Promise<void> {
  if (!inbox || config.production) return;
  const { addInbox } = await import('./inbox/inbox.routes.js');
  await addInbox(server, { inbox, publicUrl, forEveryone: config.inbox === 'on' });
}
