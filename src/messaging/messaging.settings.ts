import {
  type Environment,
  oneOf,
  type Problem,
  type SettingsContext,
  type SettingValues,
  setting,
  text,
} from '../platform/setting.js';
import type { ProviderName } from '../providers/message-sender.js';
import type { ConfiguredProvider, ProviderDefinition } from '../providers/provider.js';
import { type Channel, channels } from '../texts/channel.js';
import { configuredFor } from './auto-routes/configured-providers.js';
import type { DeliveryRoute, DeliveryRoutes } from './delivery-routes.js';
import { readRouteList } from './route-list.js';

/** The settings that choose between providers: what they say follows from the list of providers. */
export function messagingSettings(providers: readonly ProviderDefinition[]) {
  const forTexts = providers.filter((provider) => provider.channels.includes('SMS'));
  const names = namesOf(forTexts);
  const development = namesOf(forTexts.filter((provider) => provider.developmentOnly)).join(', ');
  return {
    SMS_PROVIDER: setting(
      oneOf(names),
      `${development}; must be set in production`,
      `${names.join(' | ')}. The provider of texts. ${development} only shows them to a developer, and production refuses it.`,
    ),
    DELIVERY_ROUTES: setting(
      text,
      'SMS=SMS_PROVIDER, and EMAIL=smtp with SMTP_URL',
      'Providers by channel and country, the first one first: "SMS=twilio,webhook SMS:NP,IN=webhook,twilio VOICE=twilio" (docs/delivery.md). "SMS=auto" learns the order (docs/learning-routes.md).',
    ),
    PROVIDER_FILES: setting(
      text,
      '(none)',
      'Files that describe more providers, separated by commas: /etc/phone-accounts/mytel.json (docs/described-providers.md).',
    ),
  } as const;
}

type Values = SettingValues<ReturnType<typeof messagingSettings>>;

/** Which providers send codes, by channel and country. */
export interface RoutesConfig {
  readonly routes: DeliveryRoutes;
  /** The providers that routes lead to. */
  readonly providers: ReadonlyMap<ProviderName, ConfiguredProvider>;
  /** Those of them that only show codes to a developer; in production none. */
  readonly developmentProviders: ReadonlySet<ProviderName>;
  /** What every provider can send by, also where no route leads to it. */
  readonly channelsByProvider: ReadonlyMap<ProviderName, readonly Channel[]>;
  /** Configures a provider for a channel, also one that no route leads to. Null: there is none of that name. */
  configure(name: ProviderName, channel: Channel): ProviderReading | null;
}

export interface ProviderReading {
  readonly provider: ConfiguredProvider;
  /** Why it cannot send. */
  readonly problems: readonly Problem[];
}

export interface RoutesParts {
  /** Every provider that the service has. */
  readonly providers: readonly ProviderDefinition[];
  /** Providers that a route leads to read their settings here. */
  readonly env: Environment;
  readonly context: SettingsContext;
}

export function readRoutes(values: Values, { providers, env, context }: RoutesParts): RoutesConfig {
  const routes = readChecked(values, { providers, env, context });
  const used = providers.filter(({ name }) => routes.providers.has(name));
  const configure = (provider: ProviderDefinition) =>
    provider.configure(env, { ...context, channels: routes.channelsOf(provider.name) });
  return {
    routes,
    providers: new Map(used.map((provider) => [provider.name, configure(provider)])),
    developmentProviders: new Set(namesOf(used.filter((provider) => provider.developmentOnly))),
    channelsByProvider: new Map(providers.map((provider) => [provider.name, provider.channels])),
    configure(name, channel) {
      const found = providers.find((provider) => provider.name === name);
      const problems: Problem[] = [];
      const use = {
        production: context.production,
        complain: (problem: Problem) => void problems.push(problem),
        warn() {},
      };
      return found ? { provider: found.configure(env, { ...use, channels: new Set([channel]) }), problems } : null;
    },
  };
}

function readChecked(values: Values, { providers, env, context }: RoutesParts): DeliveryRoutes {
  let misread = false;
  const complain = (problem: string) => {
    misread = true;
    context.complain(problem);
  };
  const { production } = context;
  const standard = standardRoutes(values, { providers, env, context: { ...context, complain } });
  const allowed = providers.filter((provider) => !production || !provider.developmentOnly);
  const configured = (channel: Channel) => configuredFor(channel, { providers, env, context });
  const routes = readRouteList(values.DELIVERY_ROUTES, { providers, allowed, configured, standard, complain });
  for (const { name } of providers.filter((provider) => !allowed.includes(provider))) {
    if (routes.providers.has(name))
      complain(`DELIVERY_ROUTES has ${name}, which production refuses: it sends no codes to phones.`);
  }
  if (production && !routes.reachPhones && !misread) {
    complain(`DELIVERY_ROUTES leads to no phone. Add a route for SMS, or set SMS_PROVIDER to ${choice(providers)}.`);
  }
  return routes;
}

/**
 * The routes of channels that DELIVERY_ROUTES does not name. In development everything is shown to the developer; in
 * production texts go through SMS_PROVIDER and emails through the mail server of SMTP_URL. Other channels are not offered.
 */
function standardRoutes(
  { SMS_PROVIDER, DELIVERY_ROUTES }: Values,
  { providers, env, context: { production, complain } }: RoutesParts,
): DeliveryRoute[] {
  const shown = namesOf(providers.filter((provider) => provider.developmentOnly));
  if (SMS_PROVIDER !== undefined && !shown.includes(SMS_PROVIDER)) {
    return [{ channel: 'SMS', countries: null, providers: [SMS_PROVIDER] }, ...configuredRoutes(providers, env)];
  }
  if (!production) return developmentRoutes(providers);
  if (SMS_PROVIDER !== undefined || DELIVERY_ROUTES === undefined) {
    complain(
      `SMS_PROVIDER must be set to ${choice(providers)} in production: ${shown.join(', ')} sends no codes to phones.`,
    );
  }
  return configuredRoutes(providers, env);
}

function configuredRoutes(providers: readonly ProviderDefinition[], env: Environment): DeliveryRoute[] {
  return providers.flatMap(({ name, standard }): DeliveryRoute[] => {
    const given = standard !== undefined && Boolean(env[standard.setting]?.trim());
    return given ? [{ channel: standard.channel, countries: null, providers: [name] }] : [];
  });
}

function developmentRoutes(providers: readonly ProviderDefinition[]): DeliveryRoute[] {
  const development = providers.filter((provider) => provider.developmentOnly);
  return channels.flatMap((channel): DeliveryRoute[] => {
    const able = namesOf(development.filter((provider) => provider.channels.includes(channel)));
    return able.length === 0 ? [] : [{ channel, countries: null, providers: able }];
  });
}

/** The providers that can send texts in production, as a sentence names them: "this or that". */
function choice(providers: readonly ProviderDefinition[]): string {
  const able = providers.filter((provider) => provider.channels.includes('SMS') && !provider.developmentOnly);
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(namesOf(able));
}

function namesOf(providers: readonly ProviderDefinition[]): ProviderName[] {
  return providers.map(({ name }) => name);
}
