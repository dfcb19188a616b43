import { createHash } from 'node:crypto';
import type { Random } from '../platform/random.js';

/**
 * What a token of another service allows: to read what happened, users by their ids (subgraph/), accounts as staff finds them,
 * or to do what the role SUPPORT does to them, too (admin/).
 */
export const serviceScopes = ['events', 'entities', 'users', 'support'] as const;
export type ServiceScope = (typeof serviceScopes)[number];

/** Another service, as the settings name it. The token itself is known to that service alone. */
export interface ServiceToken {
  readonly name: string;
  readonly scope: ServiceScope;
  /** SHA-256 of the token, in hexadecimal. A token has 256 random bits, so that nothing slower is needed. */
  readonly hash: string;
}

/** Scanners for leaked secrets recognize it, and it is told from an access token. */
const PREFIX = 'pasvc_';
const BYTES = 32;
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
const HASH = /^[0-9a-f]{64}$/;

export function newServiceToken(random: Pick<Random, 'bytes'>): string {
  return PREFIX + random.bytes(BYTES).toString('base64url');
}

export function isServiceToken(token: string): boolean {
  return token.startsWith(PREFIX);
}

export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** How a token stands in the settings. */
export function settingOf({ name, scope, hash }: ServiceToken): string {
  return `${name}:${scope}:${hash}`;
}

export function isServiceName(name: string): boolean {
  return NAME.test(name);
}

/** Reads `name:scope:hash` of each. No problem quotes a value: somebody may have put the token itself there. */
export function readEntries(entries: readonly string[]): { tokens: ServiceToken[]; problems: string[] } {
  const tokens: ServiceToken[] = [];
  const problems: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const read = readEntry(entry);
    const which = `entry ${index + 1}`;
    if (typeof read === 'string') problems.push(`${which} ${read}`);
    else if (tokens.some(({ hash }) => hash === read.hash)) problems.push(`${which} has the hash of another one`);
    else tokens.push(read);
  }
  return { tokens, problems };
}

function readEntry(entry: string): ServiceToken | string {
  const [name = '', scope = '', hash = '', ...rest] = entry.split(':');
  if (isServiceToken(entry) || rest.length > 0 || hash === '') return 'must be name:scope:hash (npm run service-token)';
  if (!isServiceName(name)) return 'must begin with a name of small letters, digits and hyphens';
  const known = serviceScopes.find((each) => each === scope);
  if (known === undefined) return `must have the scope ${serviceScopes.join(' or ')}`;
  if (!HASH.test(hash)) return 'must end with the SHA-256 hash of the token, 64 hexadecimal digits';
  return { name, scope: known, hash };
}

/** The tokens that the settings name, by their hashes. What a caller sends is hashed first, so no comparison tells anything. */
export class ServiceTokens {
  readonly #byHash: ReadonlyMap<string, ServiceToken>;

  constructor(tokens: readonly ServiceToken[]) {
    this.#byHash = new Map(tokens.map((token) => [token.hash, token]));
  }

  /** The token's entry; null: unknown. */
  find(token: string): ServiceToken | null {
    return this.#byHash.get(hashOfToken(token)) ?? null;
  }
}
