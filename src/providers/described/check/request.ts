import type { DescribedRequest, Description } from '../description.js';
import { namesIn } from '../template.js';
import { checkJson } from './templates.js';
import { type Complain, within } from './problems.js';

/** The service writes these itself. */
const OWN_HEADERS = ['host', 'content-length', 'transfer-encoding', 'connection', 'content-type', 'user-agent'];
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** @param names every name in the templates of the request */
export function checkRequest(description: Description, names: ReadonlySet<string>, complain: Complain): void {
  const { request, balance, settings, countries } = description;
  checkForm('/request', { request, settings }, complain);
  if (balance !== undefined) checkForm('/balance/request', { request: balance.request, settings }, complain);
  if (!['to', 'to.digits', 'to.national'].some((each) => names.has(each))) {
    complain('/request', 'does not say whom the message goes to. Name {to}, {to.digits} or {to.national}.');
  }
  if (!names.has('text') && !names.has('code')) {
    complain('/request', 'does not say what the message is. Name {text} or {code}.');
  }
  if (names.has('to.national') && countries?.length !== 1) {
    complain('/request', 'names {to.national}, which is a number without its country. Name one country in /countries.');
  }
}

type RequestParts = Pick<Description, 'request' | 'settings'>;

/** What holds for every request, at its place. */
function checkForm(at: string, parts: RequestParts, complain: Complain): void {
  const { request } = parts;
  const inside: Complain = (place, what) => complain(`${at}${place}`, what);
  checkUrl(parts, inside);
  checkHeaders(request, inside);
  checkJson('/json', request.json, inside);
  const bodies = (['json', 'form', 'xml'] as const).filter((each) => request[each] !== undefined);
  if (bodies.length > 1) inside('', `has ${bodies.join(' and ')}. A request has one body.`);
  if (bodies.length > 0 && request.method === 'GET') inside('/method', 'is GET, which has no body. Use query.');
}

function checkUrl({ request: { url }, settings }: RequestParts, complain: Complain): void {
  if (/[?#]/.test(url)) complain('/url', 'must have no query. Put it into /request/query.');
  const [, setting] = /^\{([^{}]+)\}/.exec(url) ?? [];
  if (setting !== undefined && settings[setting] !== undefined && settings[setting].kind !== 'url') {
    complain('/url', `begins with ${setting}, which is no setting of the kind url.`);
  }
  if (setting === undefined && !/^https:\/\/[^/{}]+(\/|$)/.test(url)) {
    complain('/url', 'must begin with https:// and a host, or with a setting of the kind url.');
  }
  const later = namesIn(url.slice(1)).filter((name) => settings[name]?.kind === 'url');
  for (const name of later) complain('/url', `has ${name} behind its beginning. It is an address of its own.`);
}

function checkHeaders({ headers = {}, authorization }: DescribedRequest, complain: Complain): void {
  const seen = new Set<string>();
  for (const name of Object.keys(headers)) {
    const place = within('/headers', name);
    const lower = name.toLowerCase();
    if (!HEADER_NAME.test(name)) complain(place, 'is no name of a header.');
    if (OWN_HEADERS.includes(lower)) complain(place, 'is written by the service. Leave it out.');
    if (seen.has(lower)) complain(place, 'is there twice.');
    if (lower === 'authorization' && authorization !== undefined)
      complain(place, 'is there beside /request/authorization. Keep one.');
    seen.add(lower);
  }
}
