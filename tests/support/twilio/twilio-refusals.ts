import type { StandInRequest, TwilioAccount } from './twilio-request.js';

export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

/** What a path leads to: the list of a kind, or one of it. */
export interface Target {
  readonly kind: 'Messages' | 'Calls';
  readonly sid: string | null;
}

const PATH = /^\/2010-04-01\/Accounts\/([^/?]+)\/(Messages|Calls)(?:\/([^/?]+))?\.json(\?|$)/;
const E164 = /^\+[1-9]\d{6,14}$/;

export function targetOf(path: string): Target | null {
  const [, , kind, sid = null] = PATH.exec(path) ?? [];
  return kind === 'Messages' || kind === 'Calls' ? { kind, sid } : null;
}

/** Twilio's checks in Twilio's order: resource, method, credentials, form. */
export function refusal(request: StandInRequest, { accountSid, authToken }: TwilioAccount): Refusal | null {
  const target = targetOf(request.path);
  if (!target) return { status: 404, code: 20404, message: `The requested resource ${request.path} was not found` };
  const methods = target.sid === null ? ['GET', 'POST'] : ['GET'];
  if (!methods.includes(request.method)) return { status: 405, code: 20004, message: 'Method not allowed' };
  const credentials = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  if (request.headers.authorization !== credentials || PATH.exec(request.path)?.[1] !== accountSid) {
    return { status: 401, code: 20003, message: 'Authenticate' };
  }
  if (request.method === 'GET') return null;
  const code = target.kind === 'Calls' ? callRefusal(request.form) : messageRefusal(request.form);
  return code === null ? null : { status: 400, code, message: `Error ${code}` };
}

function messageRefusal(form: URLSearchParams): number | null {
  return addressRefusal(form) ?? contentRefusal(form) ?? senderRefusal(form) ?? callbackRefusal(form);
}

function addressRefusal(form: URLSearchParams): number | null {
  const to = form.getAll('To');
  if (to.length !== 1) return 21604;
  return E164.test((to[0] ?? '').replace(/^whatsapp:/, '')) ? null : 21211;
}

function contentRefusal(form: URLSearchParams): number | null {
  const contentSid = form.get('ContentSid');
  if (contentSid !== null) return templateRefusal(contentSid, form.get('ContentVariables'));
  const body = form.getAll('Body');
  if (body.length !== 1 || !body[0]) return 21602;
  return body[0].length > 1600 ? 21617 : null;
}

function templateRefusal(contentSid: string, variables: string | null): number | null {
  if (!/^HX[0-9a-f]{32}$/i.test(contentSid)) return 21655;
  try {
    const values = Object.values(JSON.parse(variables ?? '{}') ?? {});
    return values.every((value) => typeof value === 'string') ? null : 21656;
  } catch {
    return 21656;
  }
}

function senderRefusal(form: URLSearchParams): number | null {
  const [from, service] = [form.getAll('From'), form.getAll('MessagingServiceSid')];
  if (from.length + service.length !== 1) return 21603;
  if (from[0] !== undefined) {
    if (!E164.test(from[0].replace(/^whatsapp:/, ''))) return 21212;
    return from[0].startsWith('whatsapp:') === form.get('To')?.startsWith('whatsapp:') ? null : 21910;
  }
  return /^MG[0-9a-f]{32}$/.test(service[0] ?? '') ? null : 21705;
}

/** Twilio calls no address that it could not reach, and none with an underscore in its host. */
function callbackRefusal(form: URLSearchParams): number | null {
  const url = form.get('StatusCallback');
  if (url === null) return null;
  return /^https?:\/\/(?!localhost|127\.)[a-z0-9.-]+[:/?#]/.test(url) ? null : 21609;
}

function callRefusal(form: URLSearchParams): number | null {
  const [to, from] = [form.getAll('To'), form.getAll('From')];
  if (to.length !== 1) return 21201;
  if (!E164.test(to[0] ?? '')) return 21211;
  if (from.length !== 1) return 21213;
  if (!E164.test(from[0] ?? '')) return 21212;
  const twiml = form.get('Twiml');
  if (twiml === null) return 21205;
  if (twiml.length > 4000) return 20001;
  return callbackRefusal(form);
}
