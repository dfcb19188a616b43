import { e164Parts } from '../../phone/e164-parts.js';
import { secondsUntil } from '../../platform/clock.js';
import { outsideGsmAlphabet } from '../../texts/sms-size.js';
import type { OutgoingMessage } from '../message-sender.js';
import { type DescribedSettings, type MessageFacts, purposeIn, valueFor } from './setting-values.js';
import type { Values } from './template.js';

/** What the templates of a request can name, beside the settings of the description. */
export const messageNames = [
  'to',
  'to.digits',
  'to.national',
  'country',
  'text',
  'code',
  'id',
  'locale',
  'purpose',
  'channel',
  'alphabet',
  'secondsLeft',
  'minutesLeft',
  'expiresAt',
  'reportUrl',
] as const;
type MessageName = (typeof messageNames)[number];

export interface ValueParts {
  readonly settings: DescribedSettings;
  readonly now: Date;
  /** Where the provider reports about this message; undefined: nowhere. */
  readonly reportUrl: string | undefined;
}

/** The values of one message. */
export interface MessageValues {
  readonly values: Values;
  readonly facts: MessageFacts;
  /** Something that the request cannot do without, and that this message has not; found when it is asked for. */
  readonly lacks: () => string | null;
}

export function valuesOf(message: OutgoingMessage, { settings, now, reportUrl }: ValueParts): MessageValues {
  const { country, national } = e164Parts(message.to);
  const facts: MessageFacts = { country, locale: message.locale, purpose: purposeIn(message) };
  const seconds = Math.max(1, secondsUntil(message.expiresAt, now));
  let lacks: string | null = null;
  const needed = (value: string | null | undefined, name: string): string => {
    if (value === null || value === undefined) lacks = name;
    return value ?? '';
  };
  const ofMessage: Readonly<Record<MessageName, () => string | undefined>> = {
    to: () => message.to,
    'to.digits': () => message.to.slice(1),
    'to.national': () => national,
    country: () => country,
    text: () => message.text,
    code: () => needed(message.code, 'NO_CODE'),
    id: () => message.id,
    locale: () => message.locale,
    purpose: () => facts.purpose,
    channel: () => message.channel,
    alphabet: () => (outsideGsmAlphabet(message.text).length === 0 ? 'GSM-7' : 'UCS-2'),
    secondsLeft: () => String(seconds),
    minutesLeft: () => String(Math.max(1, Math.floor(seconds / 60))),
    expiresAt: () => message.expiresAt.toISOString(),
    reportUrl: () => reportUrl,
  };
  const values = (name: string) => {
    if (isMessageName(name)) return ofMessage[name]();
    const setting = settings.get(name);
    if (setting === undefined) return undefined;
    const value = valueFor(setting, facts);
    return setting.required ? needed(value, 'NO_VALUE') : value;
  };
  return { values, facts, lacks: () => lacks };
}

function isMessageName(name: string): name is MessageName {
  return messageNames.some((each) => each === name);
}
