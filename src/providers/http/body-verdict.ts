import { parseJson } from './answer.js';

/** What the body of a 2xx says: the message was taken, it was refused, or somebody else answered with a web page. */
export type BodyVerdict = 'taken' | 'refused' | 'page';

/** Characters of a text that are judged. Gateways say what happened at the beginning. */
const JUDGED = 1_000;
/** Elements of a web page. XML has others. */
const HTML = /<(!doctype\s+html|html|script|meta|h[1-6]|div)[\s>]/i;
/** `no errors`, `0 failed`, `without error`. */
const DENIED = /(?<![a-z])(no|zero|0|without) (err(or)?s?|fail(ed|ures?)?)(?![a-z])/gi;
/** `error: 0`, `errorCode=0`, `"failed": none`, an error without a value. */
const NONE =
  /(err(or)?s?|fail(ed|ures?)?)[ _-]?(code|message|number|no|count)?["']?\s{0,4}[:=|>]\s{0,4}["']?(0{1,9}|none|null|false|no|ok)?["']?\s{0,4}(?=$|[,;&|\r\n<}])/gi;
const ERROR = /(?<![a-z])(err(or)?s?|fail(s|ed|ures?)?)(?![a-z])|(?<![a-z])err(or)?(code|message)/i;

/** Words with which a member named `error` says that there is none. */
const noError: ReadonlySet<string> = new Set(['', 'none', 'null', 'false', 'no', 'ok']);
const failedStatus: ReadonlySet<unknown> = new Set(['failed', 'failure', 'fail', 'error', 'rejected', 'false']);
const isFalse: ReadonlySet<unknown> = new Set([0, '0', 'false']);

/** Judges by the body alone: the content type of many gateways is that of their web server. */
export function judgeBody(body: string): BodyVerdict {
  const json = parseJson(body);
  if (json !== undefined) return saysFailure(json) ? 'refused' : 'taken';
  const text = body.slice(0, JUDGED);
  if (HTML.test(text)) return 'page';
  return saysError(text) ? 'refused' : 'taken';
}

function saysError(text: string): boolean {
  return ERROR.test(text.replace(DENIED, '').replace(NONE, ''));
}

/** A list fails with any of its entries, because the message has one recipient. */
function saysFailure(json: unknown): boolean {
  return (Array.isArray(json) ? json : [json]).some(entryFails);
}

function entryFails(json: unknown): boolean {
  if (typeof json === 'string') return saysError(json.slice(0, JUDGED));
  if (typeof json !== 'object' || json === null) return json === false;
  const { error, errors, success, ok, status } = lowerCased(json);
  return hasContent(error) || hasContent(errors) || isFalse.has(success) || isFalse.has(ok) || failedStatus.has(status);
}

/** Members by their names in lower case, with values of text likewise. */
function lowerCased(json: object): Readonly<Record<string, unknown>> {
  const entries = Object.entries(json).map(([name, value]) => [name.toLowerCase(), plain(value)]);
  return Object.fromEntries(entries);
}

function plain(value: unknown): unknown {
  if (typeof value === 'string') return value.trim().toLowerCase();
  return value === false ? 'false' : value;
}

/** Null, false, zero and what is empty are no error, and neither is an object or list of nothing else. */
function hasContent(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some((each) => !isNothing(plain(each)));
  return !isNothing(value);
}

function isNothing(value: unknown): boolean {
  if (typeof value === 'string') return noError.has(value) || /^0+$/.test(value);
  return value === undefined || value === null || value === 0;
}
