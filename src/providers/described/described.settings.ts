import { z } from 'zod';
import { isHttpUrl, isUnencrypted } from '../../platform/http-url.js';
import { type Setting, type SettingsByName, setting } from '../../platform/setting.js';
import type { ProviderUse } from '../provider.js';
import type { DescribedSetting, Description } from './description.js';
import { proofSettings } from './report-address.js';
import { checkSecrets } from './secrets.js';
import { type DescribedSettings, readByMessage, type SettingValue } from './setting-values.js';

/** Settings travel in headers and addresses. */
const LONGEST = 2_000;
const PRINTABLE = /^[^\p{Cc}]*$/u;

const LIST_HELP = {
  country: 'Write NP=InfoSMS,IN=ACME,Other: countries in two letters, and what is for all others without a name',
  language: 'Write en=…,hi=…,…: languages as in docs/texts-by-language.md, and what is for all others without a name',
  purpose: 'Write code=…,code.hi=…,password_changed=…: codes, notices, and both with a language',
} as const;

/** The environment variables of a provider, as the documents show them. */
export function describedSettings({ name, settings, reports }: Description): SettingsByName {
  const proofs = new Set(proofSettings(reports?.proof ?? []));
  const entries = Object.entries(settings).map(([key, each]): [string, Setting] => {
    const needed = each.required ? [`Required where ${name} sends.`] : [];
    const proving = proofs.has(key) && !each.required ? ['Without it no reports are taken.'] : [];
    const secure = each.kind === 'url' ? ['In production https only.'] : [];
    return [
      key,
      setting(schemaOf(each), each.default ?? '(none)', [each.about, ...needed, ...proving, ...secure].join(' ')),
    ];
  });
  return Object.fromEntries(entries);
}

const text = z.string().max(LONGEST, `has more than ${LONGEST} characters`).regex(PRINTABLE, 'has a control character');
/** Made once: every start has the settings of all providers. */
const plain = text.optional();
const baseUrl = text.refine(isBaseUrl, 'must be a URL such as https://api.example.com, without a query').optional();
const lists = { country: listBy('country'), language: listBy('language'), purpose: listBy('purpose') } as const;

function listBy(by: keyof typeof LIST_HELP): z.ZodType<string | undefined> {
  const read = (value: string) => readByMessage(value, by).kind === 'list';
  return text.refine(read, `cannot be read. ${LIST_HELP[by]}`).optional();
}

function schemaOf({ kind, by, oneOf, pattern, example }: DescribedSetting): z.ZodType<string | undefined> {
  if (oneOf !== undefined) return z.enum(oneOf, `must be one of: ${oneOf.join(', ')}`).optional();
  if (kind === 'url') return baseUrl;
  if (by !== undefined) return lists[by];
  if (pattern === undefined) return plain;
  return text.regex(wholePattern(pattern), `must be ${example ?? `as in ${pattern}`}`).optional();
}

/** A pattern of a description, over the whole value. */
export function wholePattern(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}

export function isBaseUrl(text: string): boolean {
  return isHttpUrl(text) && !/[?#]|\/$/.test(text);
}

type Values = Readonly<Record<string, unknown>>;

/** Checks what the settings mean together, where a route leads to the provider. */
export function readDescribed(description: Description, values: Values, use: ProviderUse): DescribedSettings {
  const { name, settings, oneOf = [], reports } = description;
  const found = new Map<string, SettingValue>();
  for (const [key, each] of Object.entries(settings)) {
    const value = values[key] ?? each.default;
    if (typeof value === 'string') found.set(key, read(value, each));
    else if (each.required) use.complain(`${key} is required where ${name} sends.`);
    if (use.production && each.kind === 'url' && typeof value === 'string' && isUnencrypted(value))
      use.complain(`${key} must begin with https:// in production: credentials and codes go that way.`);
    complainOfGaps(key, each, found.get(key), use);
  }
  for (const names of oneOf) {
    if (!names.some((each) => found.has(each)))
      use.complain(`${names[0]} or ${names.slice(1).join(' or ')} is required where ${name} sends.`);
  }
  checkSecrets(description, found, use);
  const missing = proofSettings(reports?.proof ?? []).filter((each) => !found.has(each));
  if (use.production && missing.length > 0) {
    use.warn(`${missing.join(' and ')} not set: the service takes no delivery reports from ${name}.`);
  }
  return found;
}

function read(value: string, { by, required }: DescribedSetting): SettingValue {
  const reading = by === undefined ? null : readByMessage(value, by);
  return { required: required === true, value: reading?.kind === 'list' ? reading.list : value };
}

/** What every message needs must be there for every message. Notices may have none: they are not sent through it then. */
function complainOfGaps(
  key: string,
  { required, by }: DescribedSetting,
  setting: SettingValue | undefined,
  use: ProviderUse,
): void {
  if (!required || by === undefined || setting === undefined || typeof setting.value === 'string') return;
  const all = by === 'purpose' ? ['', 'code'] : [''];
  const { values } = setting.value;
  if (!all.some((each) => values.has(each))) use.complain(`${key} has nothing for all others. ${LIST_HELP[by]}.`);
}
