import { Writable } from 'node:stream';
import { type App, createApp } from '../../src/app.js';
import { readConfig } from '../../src/config/config.js';
import type { Database } from '../../src/database/database.js';
import type { Inbox } from '../../src/inbox/inbox.js';
import type { MessageSender } from '../../src/providers/message-sender.js';
import type { ProviderDefinition } from '../../src/providers/provider.js';
import type { SendDelay } from '../../src/messaging/outbox.service.js';
import { appSecret } from '../../src/platform/app-secret.js';
import { createLogger } from '../../src/platform/logger.js';
import { type Random, systemRandom } from '../../src/platform/random.js';
import { WITHOUT_CROWDS } from './without-crowds.js';
import { ManualClock } from './manual-clock.js';
import { RecordingSender } from './delivery/recording-sender.js';
import type { Tracing } from '../../src/tracing/tracing.js';
import type { PasswordCost } from '../../src/users/password.js';
import { postGraphql } from './post-graphql.js';
import { openTestDatabase, type TestDatabase } from './postgres/test-database.js';

export const TEST_SECRET = 'a secret for tests that is long enough for them';
export const PUBLIC_URL = 'http://accounts.test';

/** The least that argon2 takes: a hash of the product's cost holds a core for 25 ms, and most tests are about other things. */
const CHEAP_PASSWORDS: PasswordCost = { memoryCost: 1024, timeCost: 2 };

/** For stories in which one number is sent more than a person ever asks for. */
export const MANY_TEXTS = { OTP_SENDS_PER_HOUR: '1000', OTP_SENDS_PER_DAY: '1000' } as const;

export interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: GraphqlBody;
}

export interface GraphqlBody {
  // biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the test asked for.
  readonly data?: any;
  readonly errors?: ReadonlyArray<{
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly retryAfterSeconds?: number };
  }>;
}

export interface TestService {
  readonly url: string;
  readonly clock: ManualClock;
  readonly phone: RecordingSender;
  readonly database: TestDatabase;
  readonly db: Database;
  /** What runs in it by itself again and again, for tests to run. */
  readonly background: Pick<
    App,
    | 'housekeeper'
    | 'signingKeys'
    | 'metricsServer'
    | 'outbox'
    | 'notices'
    | 'balances'
    | 'deliveries'
    | 'feedback'
    | 'codeRequests'
    | 'events'
    | 'pumpingGuard'
    | 'sends'
    | 'failureTrail'
    | 'server'
    | 'sharedGauges'
    | 'learnedRoutes'
  >;
  /** Finished log lines, as a reader of the logs sees them. */
  readonly logs: string[];
  graphql(
    query: string,
    variables?: object,
    options?: { token?: string; headers?: Record<string, string> },
  ): Promise<GraphqlAnswer>;
  close(): Promise<void>;
}

export interface TestServiceOptions {
  /** Settings by their public names, on top of the defaults. */
  readonly env?: Readonly<Record<string, string>>;
  /** Share a database with another service: a second process, as far as the database can tell. */
  readonly database?: TestDatabase;
  readonly clock?: ManualClock;
  /** In place of the phone that prints nothing. */
  readonly sender?: MessageSender;
  /** The same for routes with several providers. */
  readonly senders?: readonly MessageSender[];
  /** Every provider that the service has, in place of its own list. */
  readonly providers?: readonly ProviderDefinition[];
  readonly inbox?: Inbox;
  readonly random?: Random;
  /** When sending begins after an answer: at once unless given. */
  readonly sendAfterAnswer?: SendDelay;
  readonly databaseUrl?: string;
  /** How long the CAPTCHA provider may take. */
  readonly captchaTimeoutMs?: number;
  /** What a password hash costs: next to nothing unless given. */
  readonly passwordCost?: PasswordCost;
  readonly tracing?: Tracing;
  /** How long a password hash may have to wait: much longer than in production unless given, because tests crowd. */
  readonly longestHashingWaitMs?: number;
  /** How long a guess may have to wait for those before it: as above. */
  readonly longestTurnWaitMs?: number;
}

/** The real service on a real PostgreSQL, listening on a free port; only clock and phone are replaced. */
export async function startService(options: TestServiceOptions = {}): Promise<TestService> {
  const database = options.database ?? (await openTestDatabase());
  const clock = options.clock ?? new ManualClock();
  // It stands for the provider of texts.
  const phone = new RecordingSender(options.env?.['SMS_PROVIDER']);
  const logs: string[] = [];
  const app = await open({ options, database, clock, senders: options.senders ?? [options.sender ?? phone], logs });
  const address = await app.server.listen({ host: '127.0.0.1', port: 0 });
  return {
    url: address,
    clock,
    phone,
    database,
    db: database.db,
    background: app,
    logs,
    graphql: (query, variables, extra) => postGraphql(address, { query, variables, ...extra }),
    async close() {
      await app.close();
      if (!options.database) await database.close();
    },
  };
}

/** What a test says of its connections, or looks at on their way, is about connections of its own. */
function mayBorrow({ databaseUrl, tracing, env = {} }: TestServiceOptions): boolean {
  const isSet = (name: string) => name.startsWith('DATABASE_') && name !== 'DATABASE_POOL';
  return !databaseUrl && !tracing && !Object.keys(env).some(isSet);
}

async function open(parts: {
  options: TestServiceOptions;
  database: TestDatabase;
  clock: ManualClock;
  senders: readonly MessageSender[];
  logs: string[];
}): Promise<App> {
  const { options, database, clock, senders, logs } = parts;
  const reading = readConfig(
    {
      NODE_ENV: 'test',
      LOG_LEVEL: 'info',
      DRAIN_SECONDS: '0',
      DATABASE_URL: database.url,
      // Most tests read codes, and a notice would be the latest message.
      NOTICES: 'off',
      ...WITHOUT_CROWDS,
      ...options.env,
    },
    options.providers,
  );
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  const destination = new Writable({
    write(chunk, _encoding, done) {
      logs.push(String(chunk));
      done();
    },
  });
  const { tracing = null } = options;
  const fields = tracing && (() => tracing.logFields());
  const logger = createLogger(reading.config.logLevel, destination, { fields });
  return createApp({
    config: reading.config,
    openDatabase: mayBorrow(options) ? database.warm?.lend : undefined,
    database: options.databaseUrl ?? database.nearUrl ?? database.url,
    secrets: {
      current: appSecret(reading.config.appSecret ?? TEST_SECRET),
      previous: reading.config.appSecretPrevious === null ? null : appSecret(reading.config.appSecretPrevious),
    },
    publicUrl: reading.config.publicUrl ?? PUBLIC_URL,
    clock,
    random: options.random ?? systemRandom,
    senders: new Map(senders.map((sender) => [sender.provider, sender])),
    inbox: options.inbox,
    // Tests read codes as soon as they have the answer.
    sendAfterAnswer: options.sendAfterAnswer ?? { least: 0, most: 0 },
    captchaTimeoutMs: options.captchaTimeoutMs,
    passwordCost: options.passwordCost ?? CHEAP_PASSWORDS,
    longestHashingWaitMs: options.longestHashingWaitMs ?? 60_000,
    longestTurnWaitMs: options.longestTurnWaitMs ?? 60_000,
    logger,
    tracing,
  });
}
