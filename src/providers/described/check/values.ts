import type { DescribedRequest, Description } from '../description.js';
import { isBaseUrl } from '../described.settings.js';
import { readByMessage } from '../setting-values.js';
import { namesIn, readTemplate } from '../template.js';
import { type Complain, within } from './problems.js';

/** Header values as they can be sent (request.ts). */
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;
/** Words of DELIVERY_ROUTES and of logs, where names of providers stand. */
const RESERVED: readonly string[] = ['auto', 'none'];

/** Checks values that would make every message fail, or a proof prove less than it seems to. */
export function checkValues(description: Description, complain: Complain): void {
  if (RESERVED.includes(description.name))
    complain('/name', `is ${description.name}, which has a meaning of its own. Choose another one.`);
  const { request, balance } = description;
  for (const [at, each] of [['/request', request] as const, ['/balance/request', balance?.request] as const]) {
    if (each === undefined) continue;
    const inside: Complain = (place, what) => complain(`${at}${place}`, what);
    checkAddress(each, inside);
    checkPresence({ ...description, request: each }, inside);
    checkHeaders(each, inside);
  }
  checkDefaults(description, complain);
  checkTimes(description, complain);
}

/** A host that is none would be found by the first message only. */
function checkAddress({ url }: DescribedRequest, complain: Complain): void {
  const [, host] = /^(https:\/\/[^/{}?#]+)/.exec(url) ?? [];
  if (host === undefined) return;
  if (!URL.canParse(host)) complain('/url', 'has no valid host.');
  else if (host.includes('@')) complain('/url', 'must hold no credentials. Put them into /request/authorization.');
}

/** What is absent is left out of bodies, queries and headers. An address, credentials and XML cannot do without. */
function checkPresence({ request, settings }: Description, complain: Complain): void {
  const { url, authorization, xml } = request;
  const places = {
    '/url': [url],
    '/authorization': authorization === undefined ? [] : credentialsIn(authorization),
    '/xml': xml === undefined ? [] : [xml],
  };
  for (const [place, templates] of Object.entries(places)) {
    for (const name of new Set(templates.flatMap(namesIn))) {
      const setting = settings[name];
      const isOptional = setting !== undefined && !setting.required && setting.default === undefined;
      if (isOptional) complain(place, `names ${name}, which may be absent. Make it required, or give it a default.`);
      if (name === 'reportUrl') complain(place, 'names {reportUrl}, which may be absent.');
    }
  }
}

function credentialsIn(authorization: NonNullable<DescribedRequest['authorization']>): string[] {
  return 'bearer' in authorization ? [authorization.bearer] : Object.values(authorization.basic);
}

function checkHeaders({ headers = {} }: DescribedRequest, complain: Complain): void {
  for (const [name, value] of Object.entries(headers)) {
    const reading = typeof value === 'string' ? readTemplate(value) : null;
    const parts = reading?.kind === 'template' ? reading.parts : [];
    if (parts.some((part) => 'text' in part && !HEADER_VALUE.test(part.text)))
      complain(within('/headers', name), 'has a character that no header can hold.');
  }
}

function checkDefaults({ settings }: Description, complain: Complain): void {
  for (const [name, { kind, by, secret, default: standard }] of Object.entries(settings)) {
    if (standard === undefined) continue;
    const place = within('/settings', name, 'default');
    if (secret) complain(place, 'is that of a secret. Secrets stand in the environment only.');
    if (kind === 'url' && !isBaseUrl(standard)) complain(place, 'must have no query, and no slash at its end.');
    if (by !== undefined && readByMessage(standard, by).kind === 'problem') complain(place, `is no list by ${by}.`);
  }
}

/** A time that is not signed can be changed, so an old report could be sent again. */
function checkTimes({ reports }: Description, complain: Complain): void {
  for (const [index, proof] of (reports?.proof ?? []).entries()) {
    if ((proof.kind !== 'hmac' && proof.kind !== 'ed25519') || proof.timestamp === undefined) continue;
    const { header } = proof.timestamp;
    if (!namesIn(proof.signed).includes(`header.${header}`))
      complain(
        within('/reports/proof', index, 'signed'),
        `does not hold {header.${header}}, so anyone could change the time.`,
      );
  }
}
