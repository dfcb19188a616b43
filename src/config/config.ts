import { type AccountConfig, readAccount } from '../account/account.settings.js';
import { type ConsoleConfig, readConsole } from '../admin/console-page/console.settings.js';
import { type AuditConfig, readAudit } from '../audit/audit.settings.js';
import { type BudgetConfig, readBudgets } from '../budgets/budgets.settings.js';
import { type CaptchaConfig, readCaptcha } from '../captcha/captcha.settings.js';
import { type CostConfig, readCosts } from '../costs/costs.settings.js';
import { type DatabaseConfig, readDatabase } from '../database/database.settings.js';
import { type EventConfig, readEvents } from '../events/events.settings.js';
import { type HttpConfig, readHttp } from '../http/http.settings.js';
import { type InboxConfig, readInbox } from '../inbox/inbox.settings.js';
import { type RoutesConfig, readRoutes } from '../messaging/messaging.settings.js';
import { type NoticeConfig, readNotices } from '../notices/notices.settings.js';
import { type NumberProofConfig, readNumberProofs } from '../number-proofs/number-proofs.settings.js';
import { type NumberSignalConfig, readNumberSignals } from '../number-signals/number-signals.settings.js';
import { type OtpConfig, readOtp } from '../otp/otp.settings.js';
import { type PasskeyConfig, readPasskeys } from '../passkeys/passkeys.settings.js';
import { type PhoneConfig, readPhone } from '../phone/phone.settings.js';
import {
  type Environment,
  type Problem,
  readSettings,
  type SettingsContext,
  type SettingValues,
} from '../platform/setting.js';
import type { ProviderDefinition } from '../providers/provider.js';
import { providerList } from '../providers/provider-list.js';
import { type PumpingConfig, readPumping } from '../pumping/pumping.settings.js';
import { readServiceTokens, type ServiceTokenConfig } from '../service-tokens/service-tokens.settings.js';
import { readSessions, type SessionConfig } from '../sessions/sessions.settings.js';
import { readSignIn, type SignInConfig } from '../sign-in/sign-in.settings.js';
import { readSubgraph, type SubgraphConfig } from '../subgraph/subgraph.settings.js';
import type { TextSettings } from '../texts/text-settings.js';
import { textWarnings } from '../texts/text-warnings.js';
import { readTexts } from '../texts/texts.settings.js';
import { readUsers, type UserConfig } from '../users/users.settings.js';
import { type ProcessConfig, readProcess } from './process.settings.js';
import { providerSettings, roomSettings } from './settings.js';

/** The whole configuration, complete and checked: each room's part of it. Nothing else reads the environment. */
export interface Config
  extends ProcessConfig,
    HttpConfig,
    DatabaseConfig,
    AuditConfig,
    SessionConfig,
    SignInConfig,
    PhoneConfig,
    OtpConfig,
    BudgetConfig,
    CostConfig,
    PumpingConfig,
    UserConfig,
    AccountConfig,
    CaptchaConfig,
    NoticeConfig,
    NumberProofConfig,
    NumberSignalConfig,
    PasskeyConfig,
    EventConfig,
    ServiceTokenConfig,
    SubgraphConfig,
    InboxConfig,
    ConsoleConfig {
  /** How codes reach people. */
  readonly delivery: DeliveryConfig;
  /** Threads that password hashes and token checks share (UV_THREADPOOL_SIZE, as Node reads it). */
  readonly threads: number;
}

export interface DeliveryConfig extends RoutesConfig {
  readonly texts: TextSettings;
}

export type ConfigReading =
  | { readonly kind: 'config'; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/**
 * Reads the environment once, completely: a pure function that reports every problem together.
 * @param providers every provider that the service has
 */
export function readConfig(env: Environment, providers: readonly ProviderDefinition[] = providerList): ConfigReading {
  const rooms = readSettings(roomSettings(providers), env);
  const misread = [...rooms.problems, ...readSettings(providerSettings(providers), env).problems];
  const found: Problem[] = [];
  const warnings: string[] = [];
  const context: SettingsContext = {
    production: rooms.values.NODE_ENV === 'production',
    complain: (problem) => found.push(problem),
    warn: (warning) => warnings.push(warning),
  };
  const config = toConfig(rooms.values, { env, providers, context });
  // A setting that cannot be read counts as absent here. What follows from that alone would only confuse.
  const problems = [...misread, ...found.filter((problem) => !misread.some((other) => sameSetting(problem, other)))];
  if (problems.length > 0) return { kind: 'problems', problems };
  const { delivery, otp } = config;
  if (context.production && config.requiredFields.includes('email') && !delivery.routes.offers('EMAIL')) {
    context.warn(
      'No route sends emails, so the addresses that registrations require cannot be verified. Set SMTP_URL and EMAIL_FROM, or take email out of REGISTRATION_FIELDS.',
    );
  }
  return {
    kind: 'config',
    config,
    warnings: [...textWarnings(delivery.texts, Math.floor(otp.timeToLive / 60)), ...warnings],
  };
}

function sameSetting(problem: Problem, other: Problem): boolean {
  return problem.split(' ', 1)[0] === other.split(' ', 1)[0];
}

type Values = SettingValues<ReturnType<typeof roomSettings>>;

interface Parts {
  readonly env: Environment;
  readonly providers: readonly ProviderDefinition[];
  readonly context: SettingsContext;
}

function toConfig(values: Values, parts: Parts): Config {
  const { context } = parts;
  const http = readHttp(values, context);
  const sessions = readSessions(values, context);
  return {
    ...readProcess(values, context),
    ...http,
    ...readDatabase(values, parts),
    ...readAudit(values),
    ...sessions,
    ...readSignIn(values, context),
    ...readPhone(values, context),
    ...readOtp(values),
    ...readBudgets(values),
    ...readCosts(values),
    ...readPumping(values),
    ...readUsers(values, context),
    ...readAccount(values),
    ...readCaptcha(values, context),
    ...readNotices(values),
    ...readNumberProofs(values, context, audienceOf(sessions, http)),
    ...readNumberSignals(values, context),
    ...readPasskeys(values, context),
    ...readEvents(values, context),
    ...readServiceTokens(values, context),
    ...readSubgraph(values, context),
    ...readInbox(values, context),
    ...readConsole(values),
    delivery: { texts: readTexts(values), ...readRoutes(values, parts) },
    threads: readThreads(parts.env),
  };
}

/** Of access tokens: by default the address of the service. */
function audienceOf({ tokenAudience }: SessionConfig, { publicUrl, port }: HttpConfig): readonly string[] {
  return tokenAudience.length > 0 ? tokenAudience : [publicUrl ?? `http://localhost:${port}`];
}

/** Node's own setting, and Node's own default. */
function readThreads(env: Environment): number {
  const threads = Number(env['UV_THREADPOOL_SIZE'] || 4);
  return Number.isInteger(threads) && threads > 0 ? threads : 4;
}
