import { createAccount } from './account/account.js';
import { createAdmin } from './admin/admin.js';
import { type Audit, createAudit } from './audit/audit.js';
import { type Budgets, createBudgets } from './budgets/budgets.js';
import { limits } from './budgets/limits/limits.js';
import { openCaptcha } from './captcha/open-captcha.js';
import { createCities } from './cities/cities.js';
import type { Config } from './config/config.js';
import type { Loaders, Services } from './context.js';
import { type Costs, createCosts } from './costs/costs.js';
import { loadPriceList } from './costs/load-price-list.js';
import type { ConnectionTarget } from './database/connection-target/connection-target.js';
import type { Patience } from './database/begin-again.js';
import type { Database, DatabaseConnection, DatabaseOptions } from './database/database.js';
import { createDevices } from './devices/devices.js';
import { createEvents, type Events } from './events/events.js';
import type { Inbox } from './inbox/inbox.js';
import { createLearnedRoutes, type LearnedRoutes } from './learned-routes/learned-routes.js';
import { createMessaging, type Messaging } from './messaging/messaging.js';
import { AFTER_THE_ANSWER, type SendDelay } from './messaging/outbox.service.js';
import type { NoticeService } from './notices/notice.service.js';
import { createNotices } from './notices/notices.js';
import { revertCodes } from './notices/revert-token.js';
import { createNumberProofs } from './number-proofs/number-proofs.js';
import { openNumberSignals } from './number-signals/open-number-signals.js';
import { createOneTimeCodes } from './otp/one-time-codes.js';
import { createPasskeys } from './passkeys/passkeys.js';
import type { AppSecrets } from './platform/app-secret.js';
import type { Chore } from './platform/chore.js';
import type { Clock } from './platform/clock.js';
import type { LogOutput } from './platform/log-output.js';
import type { Logger } from './platform/logger.js';
import type { Metrics, SharedGauge } from './platform/metrics.js';
import type { Random } from './platform/random.js';
import type { MessageSender, ProviderName } from './providers/message-sender.js';
import { createPumping, type Pumping } from './pumping/pumping.js';
import { channels } from './texts/channel.js';
import { createSessions, type Sessions } from './sessions/sessions.js';
import { SignsOfLife } from './sign-in/signs-of-life.js';
import { createSignIn, type SignIn } from './sign-in/sign-in.js';
import type { Tracing } from './tracing/tracing.js';
import type { PasswordCost } from './users/password.js';
import { SubgraphService } from './subgraph/subgraph.service.js';
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
  /** Absent or null: nothing is traced. */
  readonly tracing?: Tracing | null | undefined;
  /** How a start waits for a database that is not ready. */
  readonly patience?: Patience | undefined;
  /** What a password hash costs. Only tests make it cheaper. */
  readonly passwordCost?: PasswordCost | undefined;
  /** The longest wait for a password hash. Only tests change it. */
  readonly longestHashingWaitMs?: number | undefined;
  /** The longest wait of a guess for those before it. Only tests change it. */
  readonly longestTurnWaitMs?: number | undefined;
  /** How the database is opened. Only tests lend connections that are open already. */
  readonly openDatabase?:
    | ((database: ConnectionTarget | string, options: DatabaseOptions) => DatabaseConnection)
    | undefined;
}

/** What each room needs. */
export type RoomParts = AppParts & {
  readonly db: Database;
  readonly metrics: Metrics;
  readonly settings: Config;
};

/** The rooms, opened: what the process runs, and what answers. */
export interface Rooms {
  readonly services: Services;
  readonly loaders: () => Loaders;
  readonly sessions: Sessions;
  readonly users: Users;
  readonly pumping: Pumping;
  readonly failureTrail: Audit['failureTrail'];
  readonly sends: Budgets['sends'];
  readonly messaging: Messaging;
  readonly notices: NoticeService;
  /** JSON by path, for GET. */
  readonly publicFiles: ReadonlyMap<string, object>;
  readonly costs: Costs;
  readonly learnedRoutes: LearnedRoutes;
  readonly codeRequests: SignIn['codeRequests'];
  readonly events: Events;
  readonly gauges: readonly SharedGauge[];
  readonly chores: readonly Chore[];
}

/** Opens every room with what it needs of the others. */
export async function createRooms(parts: RoomParts): Promise<Rooms> {
  const { config } = parts;
  const audit = createAudit(parts);
  const { failureTrail } = audit;
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
  const codes = createOneTimeCodes({ ...parts, failures: budgets.failures, failureTrail, onLocked });
  const { sendAfterAnswer = AFTER_THE_ANSWER } = parts;
  const learnedRoutes = createLearnedRoutes({ ...parts, routes, prices: costs.prices });
  const messaging = createMessaging({
    ...parts,
    orders: learnedRoutes.orders,
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

  const passkeys = createPasskeys({ ...parts, serviceName: config.delivery.texts.serviceName });
  const signals = openNumberSignals(config, parts);
  const captcha = openCaptcha(config.captcha, { ...parts, timeoutMs: parts.captchaTimeoutMs });
  const signIn = createSignIn({
    ...parts,
    notices,
    failureTrail,
    captcha,
    signals,
    passkeys,
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
    ...{
      ...parts,
      ...codes,
      ...budgets,
      users,
      notices,
      failureTrail,
      captcha,
      signals,
      passkeys,
      messaging,
      guard: pumping.guard,
    },
    ...{ sessions: sessions.services.sessions, deviceTokens: devices.deviceTokens, signIn },
  });
  const witnesses = { guard: pumping.guard, deliveries: messaging.deliveries };
  const numberProofs = createNumberProofs({ ...parts, ...witnesses, otp: codes.otp, keys: sessions.keys });
  const events = await createEvents(parts);
  const admin = createAdmin({
    ...parts,
    sends: budgets.sends,
    codeRequests: signIn.codeRequests,
    routeReports: learnedRoutes.reports,
    balances: messaging.balances,
  });
  return {
    services: {
      ...admin.services,
      ...cities.services,
      ...users.services,
      ...sessions.services,
      ...messaging.services,
      ...signIn.services,
      ...account.services,
      ...numberProofs.services,
      ...events.services,
      subgraph: new SubgraphService(config),
    },
    loaders: () => ({ ...sessions.loaders(), ...account.loaders(), ...admin.loaders() }),
    sessions,
    users,
    pumping,
    failureTrail,
    sends: budgets.sends,
    messaging,
    notices,
    publicFiles: passkeys.files,
    costs,
    learnedRoutes,
    codeRequests: signIn.codeRequests,
    events,
    gauges: [...messaging.gauges, ...pumping.gauges, ...budgets.gauges],
    // Days are summed up before their messages go.
    chores: [
      ...[
        account,
        admin,
        users,
        sessions,
        signIn,
        devices,
        codes,
        numberProofs,
        passkeys,
        budgets,
        costs,
        messaging,
        pumping,
        events,
        audit,
      ].flatMap(({ chores }) => chores),
    ],
  };
}
