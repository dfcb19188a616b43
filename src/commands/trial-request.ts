import { parseArgs } from 'node:util';
import { type PhoneNumberRules, readPhoneNumber } from '../phone/phone-number.js';
import { type Channel, channels } from '../texts/channel.js';
import type { DeliveryTarget } from '../messaging/delivery-routes.js';
import { readEmailAddress } from '../platform/email-address.js';
import { isLocale, type Locale, pluralForms } from '../texts/locale.js';

/** A test message that an operator asks for. */
export interface TrialRequest {
  readonly kind: 'request';
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
}

/** Reads `--channel EMAIL --to someone@example.com --locale es`. */
export function readTrialRequest(args: string[], rules: TrialRules, now: Date): TrialRequest | TrialMistake {
  const options = readOptions(args);
  if (!options) return mistake('that option does not exist.');
  const { channel: channelName, to = '', locale = rules.defaultLocale } = options;
  const channel = channels.find((known) => known === channelName?.toUpperCase());
  if (!channel) return mistake(`--channel must be one of: ${channels.join(', ')}.`);
  if (!isLocale(locale)) return mistake(`--locale must be one of: ${Object.keys(pluralForms).sort().join(', ')}.`);
  if (channel !== 'EMAIL') return readNumber(to, { channel, locale }, rules, now);
  const address = readEmailAddress(to);
  if (address === null) return mistake('--to must be an email address.');
  return { kind: 'request', target: { channel, country: null }, to: address, locale };
}

function readOptions(args: string[]) {
  const option = { type: 'string' } as const;
  try {
    return parseArgs({ args, options: { channel: option, to: option, locale: option } }).values;
  } catch {
    return null;
  }
}

function readNumber(
  typed: string,
  { channel, locale }: { channel: Channel; locale: Locale },
  { phoneNumbers }: TrialRules,
  now: Date,
): TrialRequest | TrialMistake {
  const reading = readPhoneNumber(typed, phoneNumbers, now);
  if (reading.kind !== 'phone_number') {
    return mistake('--to must be a phone number with its country code, e.g. +15551234567.');
  }
  const { phoneNumber, destination } = reading;
  if (destination === null) return mistake('--to is a test number (TEST_PHONES): nothing is sent to it.');
  return { kind: 'request', target: { channel, country: destination.country }, to: phoneNumber, locale };
}

function mistake(what: string): TrialMistake {
  return { kind: 'mistake', what };
}
