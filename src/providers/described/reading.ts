import { validate } from 'uuid';
import type { DeliveryReport, ReportRequest } from '../delivery-report.js';
import { parseJson } from '../http/answer.js';
import { said } from '../provider-words.js';
import { PROVIDER_CODE, PROVIDER_ID } from './answer.js';
import type { DescribedReports, When } from './description.js';
import type { Hidden } from './hidden.js';
import { entriesAt, firstScalarAt, placeOf } from './json-pointer.js';
import { ruleFor } from './matching.js';
import { priceIn } from './price.js';
import { onlyParameter } from './proof.js';
import type { Values } from './template.js';

/** Reports in one request. Providers send a hundred at most. */
const MOST_REPORTS = 1_000;
/** Fields of a form or query. */
const MOST_FIELDS = 200;

export interface ReadingParts {
  readonly provider: string;
  readonly reports: DescribedReports;
  readonly hidden: Hidden;
  readonly values: Values;
}

/** What a request reports, without what is no news. Null: it cannot be read. */
export function readReports(request: ReportRequest, parts: ReadingParts): DeliveryReport[] | null {
  const document = documentOf(request, parts.reports.body);
  if (document === undefined) return null;
  const { each, message } = parts.reports;
  const addressed = message === 'address' ? onlyParameter(request, 'message') : null;
  if (message === 'address' && !validate(addressed)) return null;
  const entries = each === undefined ? [[]] : entriesAt(document, each, MOST_REPORTS);
  return entries.flatMap((indices) => {
    const report = readReport({ document, indices, text: request.body, addressed }, parts);
    return report === null ? [] : [report];
  });
}

/** Undefined: it is not what the description says. */
function documentOf({ url, body }: ReportRequest, kind: DescribedReports['body']): unknown {
  if (kind === 'query') return fieldsOf(new URL(url).searchParams);
  const isJson = kind === 'json' || (kind === 'either' && /^\s*[[{]/.test(body));
  return isJson ? parseJson(body) : fieldsOf(new URLSearchParams(body));
}

/** A name that comes twice is not clear, so such a form cannot be read. */
function fieldsOf(form: URLSearchParams): Readonly<Record<string, string>> | undefined {
  if (form.size > MOST_FIELDS || new Set(form.keys()).size < form.size) return undefined;
  return Object.fromEntries(form);
}

interface Entry {
  readonly document: unknown;
  readonly indices: readonly number[];
  readonly text: string;
  /** Our id, from the address. */
  readonly addressed: string | null;
}

/** Null: it is no news, or about no message of ours. */
function readReport(entry: Entry, { provider, reports, hidden, values }: ReadingParts): DeliveryReport | null {
  const { document, indices, text } = entry;
  const place = (pointer: string) => placeOf(pointer, indices);
  const textAt = (pointers: string | readonly string[] | undefined) =>
    firstScalarAt(document, [pointers ?? []].flat().map(place))?.toString();
  const rules = reports.rules.map((rule) => ({ ...rule, when: placed(rule.when, place) }));
  const rule = ruleFor(rules, { text, document });
  if (rule === undefined || rule.means === 'ignored') return null;
  const about = aboutOf(entry, reports, textAt);
  if (about === null) return null;
  const priced = reports.price && {
    ...reports.price,
    amount: [reports.price.amount].flat().map(place),
    ...(reports.price.currency?.startsWith('/') && { currency: place(reports.price.currency) }),
    ...(reports.price.times !== undefined && { times: place(reports.price.times) }),
  };
  const price = priceIn(document, priced, values);
  const common = { ...about, provider, ...(price && { price }) };
  if (rule.means === 'sent' || rule.means === 'delivered') return { ...common, state: rule.means };
  const told = textAt(reports.code);
  const providerCode =
    rule.code ?? (told !== undefined && PROVIDER_CODE.test(told) && !hidden.isIn(told) ? told : null);
  return {
    ...common,
    state: 'failed',
    failure: rule.means,
    providerCode,
    ...said(hidden.leftOutOf(textAt(reports.words))),
  };
}

function placed(when: When, place: (pointer: string) => string): When {
  return Object.fromEntries(Object.entries(when).map(([key, matcher]) => [place(key), matcher]));
}

/** Which message a report is about; null: none of ours. */
function aboutOf(
  { addressed }: Entry,
  { message, providerId }: DescribedReports,
  textAt: (pointers: string | readonly string[] | undefined) => string | undefined,
): Pick<DeliveryReport, 'messageId' | 'providerMessageId'> | null {
  const told = textAt(providerId);
  const providerMessageId = told !== undefined && PROVIDER_ID.test(told) ? told : null;
  if (message === 'providerId') return providerMessageId === null ? null : { messageId: null, providerMessageId };
  const messageId = message === 'address' ? addressed : textAt(message);
  return typeof messageId === 'string' && validate(messageId) ? { messageId, providerMessageId } : null;
}
