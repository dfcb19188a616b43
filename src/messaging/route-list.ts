import { isCountry } from '../phone/country.js';
import { splitList } from '../platform/split-list.js';
import type { ProviderName } from '../providers/message-sender.js';
import type { ProviderDefinition } from '../providers/provider.js';
import { type Channel, channels } from '../texts/channel.js';
import { type DeliveryRoute, DeliveryRoutes } from './delivery-routes.js';

const SYNTAX = 'Write CHANNEL=provider,provider or CHANNEL:COUNTRIES=provider, separated by spaces.';
/** Alone, it stands for texts: no other channel is offered without being named. */
const AUTO = 'auto';

export interface RouteListParts {
  /** Every provider that the service has. */
  readonly providers: readonly ProviderDefinition[];
  /** Those that may be chosen. */
  readonly allowed: readonly ProviderDefinition[];
  /** Those whose settings are complete for a channel: `auto` chooses among them. */
  configured(channel: Channel): readonly ProviderName[];
  /** The routes of channels that the list does not name. */
  readonly standard: readonly DeliveryRoute[];
  complain(problem: string): void;
}

type Complain = (problem: string) => void;

/** Reads DELIVERY_ROUTES. */
export function readRouteList(list: string | undefined, parts: RouteListParts): DeliveryRoutes {
  const complain = (problem: string) => parts.complain(`DELIVERY_ROUTES ${problem}`);
  const entries = (list ?? '').split(/[\s;]+/).filter((entry) => entry !== '');
  if (list !== undefined && entries.length === 0) complain(`has no route. ${SYNTAX}`);
  const named = entries.flatMap((entry) => readRoute(entry, parts, complain) ?? []);
  complainOfDoubles(named, complain);
  const general = new Set(named.filter(({ countries }) => countries === null).map(({ channel }) => channel));
  return new DeliveryRoutes([...named, ...parts.standard.filter(({ channel }) => !general.has(channel))]);
}

function readRoute(entry: string, parts: RouteListParts, complain: Complain): DeliveryRoute | null {
  const written = entry === AUTO ? `SMS=${AUTO}` : entry;
  const [, channelName = '', countryList, providerList = ''] = /^([A-Z]+)(?::([^=]*))?=(.*)$/.exec(written) ?? [];
  const channel = channels.find((known) => known === channelName);
  if (!channel) {
    complain(`has "${entry}". ${SYNTAX} Channels: ${channels.join(', ')}.`);
    return null;
  }
  const countries = countryList === undefined ? null : splitList(countryList.toUpperCase());
  const unknownCountries = countries?.filter((country) => !isCountry(country)) ?? [];
  if (countries?.length === 0 || unknownCountries.length > 0) {
    complain(`has "${entry}". Write two-letter country codes (ISO 3166-1 alpha-2): SMS:NP,IN=twilio`);
    return null;
  }
  const chosen = readProviders(entry, providerList, { channel, parts, complain });
  return chosen && { channel, countries: countries && new Set(countries), ...chosen };
}

/** Providers in their order, `auto`, or `auto(…)` with those that it chooses among. */
function readProviders(
  entry: string,
  list: string,
  { channel, parts, complain }: { channel: Channel; parts: RouteListParts; complain: Complain },
): Pick<DeliveryRoute, 'providers' | 'learned'> | null {
  const [, isAuto, bounds] = /^(auto)(?:\((.*)\))?$/.exec(list) ?? [];
  const all = isAuto !== undefined && bounds === undefined;
  const names = all ? parts.configured(channel) : splitList(bounds ?? list);
  const choice = ableTo(channel, parts.allowed).join(', ');
  if (all && names.length === 0) {
    complain(`has "${entry}", but no provider for ${channel} is configured. Providers for ${channel}: ${choice}.`);
    return null;
  }
  const able = ableTo(channel, parts.providers);
  const suited = names.filter((name) => able.includes(name));
  if (suited.length === 0 || suited.length < names.length || new Set(suited).size < suited.length) {
    complain(`has "${entry}". Providers for ${channel}, each once: ${choice}.`);
    return null;
  }
  return { providers: suited, ...(isAuto !== undefined && { learned: true }) };
}

function ableTo(channel: Channel, providers: readonly ProviderDefinition[]): string[] {
  return providers.filter((provider) => provider.channels.includes(channel)).map(({ name }) => name);
}

function complainOfDoubles(routes: readonly DeliveryRoute[], complain: Complain): void {
  const targets = routes.flatMap(({ channel, countries }) =>
    countries === null ? [channel] : [...countries].map((country) => `${channel}:${country}`),
  );
  const doubles = new Set(targets.filter((target, index) => targets.indexOf(target) < index));
  for (const target of doubles) complain(`has more than one route for ${target}. Put its providers into one.`);
}
