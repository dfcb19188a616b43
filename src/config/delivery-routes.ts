import { type Channel, channels } from '../texts/channel.js';
import { type DeliveryRoute, DeliveryRoutes } from '../messaging/delivery-routes.js';
import { type Provider, providers } from '../providers/message-sender.js';
import { isCountry, splitList } from './read-list.js';
import type { Problem } from './settings.js';

/** What each provider can send by. */
const able: Readonly<Record<Provider, readonly Channel[]>> = {
  console: channels,
  twilio: ['SMS', 'WHATSAPP', 'VOICE'],
  webhook: channels,
  smtp: ['EMAIL'],
};

const SYNTAX = 'Write CHANNEL=provider,provider or CHANNEL:COUNTRIES=provider, separated by spaces.';

/**
 * Reads DELIVERY_ROUTES. Channels that it does not name take their route from `standard`, so that texts go through
 * SMS_PROVIDER without it.
 */
export function readDeliveryRoutes(
  list: string | undefined,
  { standard, production }: { readonly standard: readonly DeliveryRoute[]; readonly production: boolean },
  problems: Problem[],
): DeliveryRoutes {
  const complain = (problem: string) => problems.push(`DELIVERY_ROUTES ${problem}`);
  const entries = (list ?? '').split(/[\s;]+/).filter((entry) => entry !== '');
  if (list !== undefined && entries.length === 0) complain(`has no route. ${SYNTAX}`);
  const named = entries.flatMap((entry) => readRoute(entry, production, complain) ?? []);
  complainOfDoubles(named, complain);
  const general = new Set(named.filter(({ countries }) => countries === null).map(({ channel }) => channel));
  return new DeliveryRoutes([...named, ...standard.filter(({ channel }) => !general.has(channel))]);
}

function readRoute(entry: string, production: boolean, complain: (problem: string) => void): DeliveryRoute | null {
  const [, channelName = '', countryList, providerList = ''] = /^([A-Z]+)(?::([^=]*))?=(.*)$/.exec(entry) ?? [];
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
  const names = splitList(providerList);
  const known = names.flatMap((name) => providers.find((provider) => provider === name) ?? []);
  const suited = known.filter((provider) => able[provider].includes(channel));
  if (suited.length === 0 || suited.length < names.length || new Set(suited).size < suited.length) {
    const allowed = providers.filter((provider) => !production || provider !== 'console');
    const choice = allowed.filter((provider) => able[provider].includes(channel));
    complain(`has "${entry}". Providers for ${channel}, each once: ${choice.join(', ')}.`);
    return null;
  }
  return { channel, countries: countries && new Set(countries), providers: suited };
}

function complainOfDoubles(routes: readonly DeliveryRoute[], complain: (problem: string) => void): void {
  const ways = routes.flatMap(({ channel, countries }) =>
    countries === null ? [channel] : [...countries].map((country) => `${channel}:${country}`),
  );
  const doubles = new Set(ways.filter((way, index) => ways.indexOf(way) < index));
  for (const way of doubles) complain(`has more than one route for ${way}. Put its providers into one.`);
}
