import { parseArgs } from 'node:util';
import { type PhoneNumberRules, readPhoneNumber } from '../phone/phone-number.js';
import { type Channel, channels } from '../texts/channel.js';
import type { DeliveryTarget } from '../messaging/delivery-routes.js';
import { closestName, didYouMean } from '../platform/names/closest-name.js';
import type { ProviderName } from '../providers/message-sender.js';
import { readEmailAddress } from '../platform/email-address.js';
import { isLocale, type Locale, pluralForms } from '../texts/locale.js';

/** A test message that an operator asks for. */
export interface TrialRequest {
  readonly kind: 'request';
  /** The only provider to try; null: each of the route. */
  readonly provider: ProviderName | null;
  readonly target: DeliveryTarget;
  /** E.164; with EMAIL an address. */
  readonly to: string;
  readonly locale: Locale;
}

/** What is wrong with the operator's input. */
export interface TrialMistake {
  readonly kind: 'mistake';
  readonly what: string;
}

export interface TrialRules {
  readonly phoneNumbers: PhoneNumberRules;
  readonly defaultLocale: Locale;
  /** What each provider can send by. */
  readonly channelsByProvider: ReadonlyMap<ProviderName, readonly Channel[]>;
}

/** Reads `--channel EMAIL --to someone@example.com --locale es`, or `--provider webhook --to +15551234567`. */
export function readTrialRequest(args: string[], rules: TrialRules, now: Date): TrialRequest | TrialMistake {
  const options = readOptions(args);
  if (!options) return mistake('that option does not exist.');
  const { provider = null, to = '', locale = rules.defaultLocale } = options;
  const able = provider === null ? channels : rules.channelsByProvider.get(provider);
  if (able === undefined) return mistake(unknownProvider(provider ?? '', rules));
  const channel = channelOf(options.channel, able, provider);
  if (!channel) return mistake(`--channel must be one of: ${able.join(', ')}.`);
  if (!isLocale(locale)) return mistake(`--locale must be one of: ${Object.keys(pluralForms).sort().join(', ')}.`);
  if (channel !== 'EMAIL') return readNumber(to, { provider, channel, locale }, rules, now);
  const address = readEmailAddress(to);
  if (address === null) return mistake('--to must be an email address.');
  return { kind: 'request', provider, target: { channel, country: null }, to: address, locale };
}

/** A provider is tried by texts, where it sends them and no channel is named. */
function channelOf(
  given: string | undefined,
  able: readonly Channel[],
  provider: ProviderName | null,
): Channel | undefined {
  if (given !== undefined) return able.find((known) => known === given.toUpperCase());
  if (provider === null) return undefined;
  return able.find((known) => known === 'SMS') ?? able[0];
}

function unknownProvider(name: string, { channelsByProvider }: TrialRules): string {
  const names = [...channelsByProvider.keys()];
  return `--provider ${name} is no provider.${didYouMean(closestName(name, names))} Providers: ${names.join(', ')}.`;
}

function readOptions(args: string[]) {
  const option = { type: 'string' } as const;
  try {
    return parseArgs({ args, options: { provider: option, channel: option, to: option, locale: option } }).values;
  } catch {
    return null;
  }
}

function readNumber(
  typed: string,
  { provider, channel, locale }: Pick<TrialRequest, 'provider' | 'locale'> & { channel: Channel },
  { phoneNumbers }: TrialRules,
  now: Date,
): TrialRequest | TrialMistake {
  const reading = readPhoneNumber(typed, phoneNumbers, now);
  if (reading.kind !== 'phone_number') {
    return mistake('--to must be a phone number with its country code, e.g. +15551234567.');
  }
  const { phoneNumber, destination } = reading;
  if (destination === null) return mistake('--to is a test number (TEST_PHONES): nothing is sent to it.');
  return { kind: 'request', provider, target: { channel, country: destination.country }, to: phoneNumber, locale };
}

function mistake(what: string): TrialMistake {
  return { kind: 'mistake', what };
}
