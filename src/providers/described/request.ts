import type { HttpRequest } from '../http/exchange.js';
import type { DescribedRequest, FieldValue } from './description.js';
import { filledJson } from './json-body.js';
import { type Escape, fill, type Values } from './template.js';

/** What is sent, without the deadline. */
export type FilledRequest = Omit<HttpRequest, 'signal'>;

type Fields = Readonly<Record<string, FieldValue>>;

/** Header values as RFC 9110, section 5.5, has them, without what is obsolete there. */
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

/**
 * The request for one message. Each value is escaped by the kind of the place where it stands, so that no value can become
 * anything but a value. Null: a value cannot stand where the description puts it.
 */
export function fillRequest(request: DescribedRequest, values: Values): FilledRequest | null {
  const url = filledUrl(request, values);
  const body = filledBody(request, values);
  const headers: Record<string, string> = {
    'user-agent': 'phone-accounts',
    accept: 'application/json',
    ...body?.headers,
    ...credentials(request, values),
  };
  for (const [name, value] of filledFields(request.headers, values)) headers[name.toLowerCase()] = value;
  // Without what it needs, it would go to another address, or say something else.
  if (
    url === null ||
    (body?.text === undefined && request.xml !== undefined) ||
    !Object.values(headers).every((value) => HEADER_VALUE.test(value))
  )
    return null;
  return { method: request.method, url, headers, body: body?.text };
}

/** Null: it is no address, because a setting in it is none. */
function filledUrl({ url, query }: DescribedRequest, values: Values): URL | null {
  // The value at the beginning is a setting of the kind `url`. It stands as it is.
  const [, base = '', path = ''] = /^(https:\/\/[^/{}]+|\{[^{}]+\})?(.*)$/s.exec(url) ?? [];
  const [start, rest] = [fill(base, values), fill(path, values, encodeURIComponent)];
  const filled = `${start}${rest}`;
  if (start === undefined || rest === undefined || !URL.canParse(filled)) return null;
  const address = new URL(filled);
  for (const [name, value] of filledFields(query, values)) address.searchParams.append(name, value);
  return address;
}

function filledBody(
  { json, form, xml }: DescribedRequest,
  values: Values,
): { readonly headers: Record<string, string>; readonly text: string | undefined } | null {
  if (json !== undefined) {
    return { headers: { 'content-type': 'application/json' }, text: JSON.stringify(filledJson(json, values)) };
  }
  if (form !== undefined) {
    const text = new URLSearchParams(filledFields(form, values)).toString();
    return { headers: { 'content-type': 'application/x-www-form-urlencoded' }, text };
  }
  if (xml === undefined) return null;
  return { headers: { 'content-type': 'application/xml; charset=utf-8' }, text: fill(xml, values, escapeXml) };
}

/** The fields whose values are there. */
function filledFields(fields: Fields | undefined, values: Values): [string, string][] {
  return Object.entries(fields ?? {}).flatMap(([name, value]): [string, string][] => {
    const filled = filledField(value, values);
    return filled === undefined ? [] : [[name, filled]];
  });
}

function filledField(value: FieldValue, values: Values): string | undefined {
  const filled = filledJson(value, values);
  return filled === undefined ? undefined : String(filled);
}

function credentials({ authorization }: DescribedRequest, values: Values): Record<string, string> {
  if (authorization === undefined) return {};
  if ('bearer' in authorization) return { authorization: `Bearer ${fill(authorization.bearer, values) ?? ''}` };
  const { user, password } = authorization.basic;
  const pair = `${fill(user, values) ?? ''}:${fill(password, values) ?? ''}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** For text and for values of attributes, without characters that XML forbids. */
const escapeXml: Escape = (value) =>
  value
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ' ')
    .replace(/[&<>"']/g, (letter) => entities[letter] ?? '');
