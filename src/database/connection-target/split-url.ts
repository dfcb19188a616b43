import type { Findings } from './findings.js';

/** A connection URL in its parts. Everything is decoded except the hosts, whose commas and colons still separate. */
export interface UrlParts {
  readonly user: string | null;
  readonly password: string | null;
  readonly hosts: string;
  readonly database: string | null;
  /** What stands behind the question mark. */
  readonly words: ReadonlyMap<string, string>;
}

const SCHEME = /^postgres(?:ql)?:\/\//;
export const EXAMPLE = 'postgres://user:password@host:5432/database';

/**
 * Splits a URL where libpq splits it: the first slash ends the hosts, and a number sign is a character like any other.
 * Where a user's or password's character would move a border, the URL is refused and the character named, because the
 * programs of PostgreSQL (`psql`, `pg_dump`) would go to another server.
 * Problems never repeat text of the URL, because it may be a part of the password.
 */
export function splitUrl(url: string, findings: Findings): UrlParts | null {
  const rest = url.replace(SCHEME, '');
  if (rest === url) {
    findings.complain(`must be a URL such as ${EXAMPLE}`);
    return null;
  }
  const moved = movedBorder(rest);
  if (moved !== null) {
    findings.complain(moved);
    return null;
  }
  const [address = '', query = ''] = cut(rest, '?');
  const [authority = '', path] = cut(address, '/');
  const at = authority.lastIndexOf('@');
  const [user, password] = at < 0 ? [] : cut(authority.slice(0, at), ':');
  const decode = (text: string | undefined, part: string) => (text ? decoded(text, { part, findings }) : null);
  return {
    user: decode(user, 'user'),
    password: decode(password, 'password'),
    hosts: authority.slice(at + 1),
    database: decode(path, 'database'),
    words: readWords(query, findings),
  };
}

/** A character of the user or the password that ends them too early. */
function movedBorder(rest: string): string | null {
  const mend = (character: string, code: string) =>
    `has a raw ${character} before the @ that ends the password: write it as ${code}. An @ elsewhere is %40`;
  const [beforeSlash = '', afterSlash = ''] = cut(rest, '/');
  const [path = ''] = cut(afterSlash, '?');
  if (/\?.*@/.test(beforeSlash)) return mend('?', '%3F');
  if (path.includes('@') || /^[^=&]*@/.test(cut(afterSlash, '?')[1] ?? '')) return mend('/', '%2F');
  if (/@.*@/.test(beforeSlash)) return 'has a raw @ in the user or the password: write it as %40';
  return null;
}

function cut(text: string, separator: string): [string, string?] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + separator.length)];
}

/** Percent signs and two hexadecimal digits stand for bytes. A plus sign stands for itself, as in libpq. */
export function decoded(text: string, { part, findings }: { part: string; findings: Findings }): string {
  if (/%(?![\da-f]{2})/i.test(text)) {
    findings.complain(`has a raw % in the ${part}: write it as %25`);
    return '';
  }
  try {
    const value = decodeURIComponent(text);
    if (!value.includes('\0')) return value;
  } catch {
    // Bytes that are not UTF-8.
  }
  findings.complain(`has a %-code in the ${part} that stands for no character: write a % itself as %25`);
  return '';
}

function readWords(query: string, findings: Findings): Map<string, string> {
  const words = new Map<string, string>();
  for (const pair of query.split('&').filter((each) => each !== '')) {
    const [key, value] = cut(pair, '=');
    const word = decoded(key, { part: 'part behind the ?', findings });
    if (value === undefined) findings.complain(`has a part behind the ? without a value: write it as name=value`);
    // `?sslmode=$MODE` without MODE must not mean: any.
    else if (value === '') findings.complain(`has ${word} without a value: write one, or take ${word} out`);
    else if (words.has(word)) findings.complain(`has ${word} twice: keep one`);
    else words.set(word, decoded(value, { part: word, findings }));
  }
  return words;
}
