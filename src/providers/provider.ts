import type { Writable } from 'node:stream';
import type { Clock } from '../platform/clock.js';
import type { Environment, SettingsByName, SettingsContext, SettingValues } from '../platform/setting.js';
import { readSettings } from '../platform/setting.js';
import type { Channel } from '../texts/channel.js';
import type { DeliveryReports, ReportReceiver } from './delivery-report.js';
import type { FailureAdvice } from './failure-advice.js';
import type { MessageSender, ProviderName } from './message-sender.js';

/** What is known of a provider without its settings. */
export interface ProviderFacts {
  readonly name: ProviderName;
  /** What it can send by. */
  readonly channels: readonly Channel[];
  /** True: it sends nothing and only shows codes to a developer, so production refuses it. */
  readonly developmentOnly?: true;
  /** It has the route of a channel that DELIVERY_ROUTES does not name, once this setting of its own is there. */
  readonly standard?: { readonly channel: Channel; readonly setting: string };
  /** What operators can do when it takes no messages. */
  readonly advice: FailureAdvice;
}

/** What the routes want of a provider. */
export interface ProviderUse extends SettingsContext {
  readonly channels: ReadonlySet<Channel>;
}

export interface SenderParts {
  readonly clock: Clock;
  /** Where a developer sees codes. */
  readonly output: Writable;
  /** Where providers report; null: not configured. */
  readonly publicUrl: string | null;
  /** Whether messages must travel encrypted. */
  readonly production: boolean;
  /** Gets the functions that close open connections. They are called when nothing is being sent any more. */
  readonly stops: (() => Promise<void>)[];
}

export interface ReceiverParts {
  readonly reports: DeliveryReports;
  readonly clock: Clock;
}

/**
 * Everything that the service needs to know of one provider. The packages and the code that send are imported in
 * `openSender` and `openReceiver`, so that they are loaded only where a route leads to the provider.
 */
interface ProviderParts<Settings extends SettingsByName, Config> extends ProviderFacts {
  /** Its environment variables, as the documents show them. */
  readonly settings: Settings;
  /** Called where a route leads to it: checks what the settings mean together. */
  read(values: SettingValues<Settings>, use: ProviderUse): Config;
  openSender(config: Config, parts: SenderParts): Promise<MessageSender>;
  /** Absent where the provider reports nothing about messages that it took; null: not with these settings. */
  openReceiver?(config: Config, parts: ReceiverParts): Promise<ReportReceiver | null>;
}

/** A provider that the service has. */
export interface ProviderDefinition extends ProviderFacts {
  readonly settings: SettingsByName;
  configure(env: Environment, use: ProviderUse): ConfiguredProvider;
}

/** A provider that a route leads to, with its settings. */
export interface ConfiguredProvider extends ProviderFacts {
  openSender(parts: SenderParts): Promise<MessageSender>;
  /** Null: the provider reports nothing. */
  openReceiver(parts: ReceiverParts): Promise<ReportReceiver | null>;
}

export function defineProvider<Settings extends SettingsByName, Config>(
  parts: ProviderParts<Settings, Config>,
): ProviderDefinition {
  const { settings } = parts;
  return {
    ...factsOf(parts),
    settings,
    // A value that cannot be read was reported with all others, and counts as absent here.
    configure: (env, use) => new Configured(parts, parts.read(readSettings(settings, env).values, use)),
  };
}

function factsOf({ name, channels, developmentOnly, standard, advice }: ProviderFacts): ProviderFacts {
  return { name, channels, advice, ...(developmentOnly && { developmentOnly }), ...(standard && { standard }) };
}

class Configured<Settings extends SettingsByName, Config> implements ConfiguredProvider {
  readonly name: ProviderName;
  readonly channels: readonly Channel[];
  readonly developmentOnly?: true;
  readonly advice: FailureAdvice;
  readonly #parts: ProviderParts<Settings, Config>;
  // Private to the runtime too: it holds credentials, which must not be in anything that is printed.
  readonly #config: Config;

  constructor(parts: ProviderParts<Settings, Config>, config: Config) {
    this.name = parts.name;
    this.channels = parts.channels;
    if (parts.developmentOnly) this.developmentOnly = true;
    this.advice = parts.advice;
    this.#parts = parts;
    this.#config = config;
  }

  openSender(parts: SenderParts): Promise<MessageSender> {
    return this.#parts.openSender(this.#config, parts);
  }

  async openReceiver(parts: ReceiverParts): Promise<ReportReceiver | null> {
    return (await this.#parts.openReceiver?.(this.#config, parts)) ?? null;
  }
}
