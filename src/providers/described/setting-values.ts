import { isCountry } from '../../phone/country.js';
import { codeUses } from '../../texts/code-use.js';
import { isLocale } from '../../texts/locale.js';
import { noticeKinds } from '../../texts/notice-kind.js';
import type { OutgoingMessage } from '../message-sender.js';
import type { DescribedSetting } from './description.js';

/** By name, each that has a value. */
export type DescribedSettings = ReadonlyMap<string, SettingValue>;

export interface SettingValue {
  readonly required: boolean;
  /** One value, or one by what the message is; the empty key is for all others. */
  readonly value: string | ByMessage;
}

export interface ByMessage {
  readonly by: NonNullable<DescribedSetting['by']>;
  readonly values: ReadonlyMap<string, string>;
}

/** What a value can depend on. */
export interface MessageFacts {
  readonly country: string;
  readonly locale: string;
  /** `code`, what a code does besides signing in, or what a notice says. */
  readonly purpose: string;
}

const CODE = 'code';
/** Purposes in settings. */
export const purposes: readonly string[] = [CODE, ...codeUses.map((use) => use.toLowerCase()), ...noticeKinds];

export function purposeIn({ notice, use }: Pick<OutgoingMessage, 'notice' | 'use'>): string {
  return notice ?? use?.toLowerCase() ?? CODE;
}

/** Undefined: there is none for such a message. */
export function valueFor({ value }: SettingValue, facts: MessageFacts): string | undefined {
  if (typeof value === 'string') return value;
  const key = keysFor(value.by, facts).find((each) => value.values.has(each));
  return key === undefined ? undefined : value.values.get(key);
}

/**
 * The entries that fit a message, the most fitting one first. The text of a code fits all that codes do, and no notice: a person
 * who is told of a new password would read that they asked for a code.
 */
function keysFor(by: ByMessage['by'], { country, locale, purpose }: MessageFacts): string[] {
  if (by === 'country') return [country, ''];
  if (by === 'language') return [locale, ''];
  const isNotice = noticeKinds.some((kind) => kind === purpose);
  const codes = isNotice ? [] : [`${CODE}.${locale}`, CODE, ''];
  return [`${purpose}.${locale}`, purpose, ...codes];
}

export type ListReading =
  | { readonly kind: 'list'; readonly list: ByMessage }
  | { readonly kind: 'problem'; readonly entry: string };

/** Reads `NP=InfoSMS,IN=ACMEIN,Acme`. */
export function readByMessage(text: string, by: ByMessage['by']): ListReading {
  const values = new Map<string, string>();
  for (const entry of text.split(/[\s,]+/).filter((each) => each !== '')) {
    const [, name = '', value = ''] = /^(?:([^=]*)=)?(.+)$/.exec(entry) ?? [];
    const key = keyOf(name, by);
    if (key === null || value === '' || values.has(key)) return { kind: 'problem', entry };
    values.set(key, value);
  }
  return { kind: 'list', list: { by, values } };
}

/** Null: it names nothing that values can depend on. A language alone is that of a code. */
function keyOf(name: string, by: ByMessage['by']): string | null {
  if (name === '') return '';
  if (by === 'country') return isCountry(name.toUpperCase()) ? name.toUpperCase() : null;
  if (by === 'language') return isLocale(name) ? name : null;
  if (isLocale(name)) return `${CODE}.${name}`;
  const [purpose = '', locale] = name.split('.', 2);
  return purposes.includes(purpose) && (locale === undefined || isLocale(locale)) ? name : null;
}
