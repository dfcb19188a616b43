import type { Limit, LimitSize } from '../src/budgets/limits/limit.js';
import { limits } from '../src/budgets/limits/limits.js';
import { COUNTRY_HOUR_OF_DAY, LEAST_DAY } from '../src/budgets/send-limits.js';
import { settings } from '../src/config/settings.js';
import { type DocumentLimit, documentLimits } from '../src/graphql/document-limits.js';
import { httpLimits } from '../src/http/http-limits.js';
import { inboxLimits } from '../src/inbox/inbox-limits.js';
import { textLimits } from '../src/platform/text-limits.js';

const HEAD = `# Limits

Written by \`npm run generate\` from \`src/budgets/limits/\`, \`src/graphql/document-limits.ts\`,
\`src/http/http-limits.ts\`, \`src/platform/text-limits.ts\` and \`src/inbox/inbox-limits.ts\`. These files list every limit of
the service.

## What clients do over time

Sizes and windows are the defaults. A window slides: the limit holds in any span of that length. The windows of requests
and fields begin with the first call. Sent codes are counted in twelfths of the window, so capacity comes back up to a twelfth late
([decision 14](decisions/0014-rate-budgets.md)). A refused caller learns when to try again, but not which limit refused.
The log has the name of the limit. [Sending limits](sending-limits.md) explains how the limits on codes work together.
`;

/** docs/limits.md. */
export function limitsDocument(): string {
  const table = Object.values(limits).map(({ name, per, size, window, seen }: Limit) => {
    const changed = [settingOf(size), isSetting(window) ? `\`${window}\`` : null].filter(Boolean);
    return `| ${name} | ${per} | ${sizeOf(size)} | ${windowOf(window)} | ${seen} | ${changed.join(', ') || '–'} |`;
  });
  const columns = [
    '| limit | counted for each | size | window | what the caller sees | setting |',
    `|${' --- |'.repeat(6)}`,
  ];
  return `${[HEAD, ...columns, ...table, ...onDocuments(), ...onRequests(), ...onTexts(), ...onInbox()].join('\n')}\n`;
}

/** One table row for each limit on a document. None of them is a setting. */
function onDocuments(): string[] {
  const rows = Object.entries<DocumentLimit>(documentLimits).map(
    ([name, limit]) => `| \`${name}\` | ${ofSenders(limit)} | ${limit.counted} | ${limit.about} |`,
  );
  const intro =
    'The caller sees status 400 and the error `DOCUMENT_LIMIT_EXCEEDED` with `limit` and `maximum` in its extensions.';
  return [
    '',
    '## One document',
    '',
    intro,
    '',
    '| limit | at most | of what | why |',
    `|${' --- |'.repeat(4)}`,
    ...rows,
  ];
}

function ofSenders({ maximum, forGateways }: DocumentLimit): string {
  const gateways = forGateways === undefined ? '' : `; with \`TRUSTED_GATEWAY\` ${grouped(forGateways)}`;
  return grouped(maximum) + gateways;
}

/** One table row for each limit on a request. They hold before GraphQL sees it. */
function onRequests(): string[] {
  const rows = Object.values(httpLimits).map(
    ({ maximum, about, refusal }) =>
      `| ${grouped(maximum)} ${about} | ${/^\d+$/.test(refusal) ? `HTTP ${refusal}` : refusal} |`,
  );
  return ['', '## One request', '', '| at most | beyond the limit |', `|${' --- |'.repeat(2)}`, ...rows];
}

/** One table row for each limit on a text inside a request. */
function onTexts(): string[] {
  const rows = Object.values(textLimits).map(
    ({ maximum, about, refusal }) => `| ${grouped(maximum)} | ${about} | ${refusal} |`,
  );
  const intro =
    'A text is refused by its length in UTF-16 code units, before it is normalized, and before a pattern or a hash runs over it.';
  return [
    '',
    '## One text',
    '',
    intro,
    '',
    '| at most | of what | beyond the limit |',
    `|${' --- |'.repeat(3)}`,
    ...rows,
  ];
}

/** One table row for each limit of the development inbox. */
function onInbox(): string[] {
  const rows = Object.values(inboxLimits).map(
    ({ maximum, about, beyond }) => `| ${grouped(maximum)} ${about} | ${beyond} |`,
  );
  return ['', '## The development inbox', '', '| at most | beyond the limit |', `|${' --- |'.repeat(2)}`, ...rows];
}

function sizeOf(size: LimitSize): string {
  if ('fixed' in size) return `${grouped(size.fixed)} ${size.unit}`;
  if ('of' in size) return `${size.times === 1 ? 'one' : size.times} in ${size.oneIn} of ${size.of}`;
  if ('unset' in size) return size.unset;
  const standard = defaultOf(size.setting);
  if ('times' in size) return grouped(standard * size.times);
  return grouped('oneIn' in size ? Math.ceil(standard / size.oneIn) : standard);
}

function settingOf(size: LimitSize): string | null {
  if ('fixed' in size || 'of' in size) return null;
  if ('times' in size) return `${size.times} times \`${size.setting}\``;
  return 'oneIn' in size ? `one in ${size.oneIn} of \`${size.setting}\`` : `\`${size.setting}\``;
}

function windowOf(window: Limit['window']): string {
  if (window === null) return '–';
  if (typeof window === 'string' && !isSetting(window)) return window;
  const seconds = typeof window === 'string' ? defaultOf(window) : window;
  return seconds >= 3600 ? `${seconds / 3600} h` : `${seconds / 60} min`;
}

function isSetting(window: Limit['window']): boolean {
  return typeof window === 'string' && /^[A-Z_]+$/.test(window);
}

/** What is derived while nothing is known. */
const UNSET: Readonly<Record<string, number>> = {
  SENDS_PER_DAY: LEAST_DAY,
  SENDS_PER_COUNTRY_PER_HOUR: LEAST_DAY / COUNTRY_HOUR_OF_DAY,
};

function defaultOf(name: string): number {
  const setting = Object.entries(settings).find(([known]) => known === name)?.[1];
  const standard = setting?.schema.parse(undefined) ?? UNSET[name];
  if (typeof standard !== 'number')
    throw new Error(`src/budgets/limits/ names ${name}, which is not a setting with a size.`);
  return standard;
}

function grouped(value: number): string {
  return value.toLocaleString('en');
}
