import type { User } from '../users/user.js';

/** Whom a token is for. */
export interface ClaimsSubject {
  readonly user: User;
  readonly sessionId: string;
}

type Value = string | boolean | null;
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = { readonly [name: string]: Json };

/**
 * What stands for a placeholder `{{name}}`. Services trust what a token says. So a number and an email address that are
 * not verified are in it only where the operator asks for `claimedEmail`.
 */
const PLACEHOLDERS: Readonly<Record<string, (subject: ClaimsSubject) => Value>> = {
  'user.id': ({ user }) => user.id,
  'user.externalId': ({ user }) => user.externalId,
  'user.phoneNumber': ({ user }) => (user.phoneVerifiedAt === null ? null : user.phoneNumber),
  'user.phoneVerified': ({ user }) => user.phoneVerifiedAt !== null,
  'user.email': ({ user }) => (user.emailVerifiedAt === null ? null : user.email),
  'user.claimedEmail': ({ user }) => user.email,
  'user.emailVerified': ({ user }) => user.emailVerifiedAt !== null,
  'user.username': ({ user }) => user.username,
  'user.firstName': ({ user }) => user.firstName,
  'user.lastName': ({ user }) => user.lastName,
  'user.locale': ({ user }) => user.locale,
  'user.role': ({ user }) => user.role,
  'user.roleLowercase': ({ user }) => user.role.toLowerCase(),
  'user.marketplace.hasAccess': ({ user }) => user.marketplaceAccess,
  'user.marketplace.businessType': ({ user }) => user.businessType,
  'user.marketplace.shopId': ({ user }) => user.shopId,
  'user.marketplace.b2bVerified': ({ user }) => user.b2bVerified,
  'session.id': ({ sessionId }) => sessionId,
};

/** Claims that the service sets itself, or whose meaning RFC 7519 and RFC 9068 fix. */
const RESERVED = 'iss aud sub sid iat exp nbf jti client_id auth_time amr role phone_verified'.split(' ');

/** Access tokens travel with every request, and many servers take 8 kB of headers at most. */
const MOST_BYTES = 2048;

const PLACEHOLDER = /\{\{\s*([\w.]*)\s*\}\}/g;
/** What is left of placeholders that are none: unknown, or not closed. */
const STRAY = /\{\{[^{}]*(\}\})?|\}\}/;

export type ClaimsReading =
  | { readonly kind: 'template'; readonly template: ClaimsTemplate }
  /** What is wrong, each to be read after the name of the setting. */
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/** Extra claims of access tokens: a JSON object whose strings may hold placeholders. */
export class ClaimsTemplate {
  readonly #claims: JsonObject;

  private constructor(claims: JsonObject) {
    this.#claims = claims;
  }

  /** Reads a template and finds everything that is wrong with it. */
  static read(text: string): ClaimsReading {
    if (Buffer.byteLength(text) > MOST_BYTES) {
      return problems(`is larger than ${MOST_BYTES} bytes. Tokens travel with every request: put less into them.`);
    }
    const claims = parse(text);
    if (claims === undefined) {
      return problems(
        'is not JSON. Write an object of claims, e.g. {"tenant":"acme","shop":"{{user.marketplace.shopId}}"}',
      );
    }
    if (!isObject(claims)) return problems('must be a JSON object of claims, e.g. {"tenant":"acme"}');
    const found = [...reservedIn(claims), ...new Set(misuses(claims))];
    return found.length > 0 ? problems(...found) : { kind: 'template', template: new ClaimsTemplate(claims) };
  }

  /** The claims for one user and session. */
  fill(subject: ClaimsSubject): Record<string, unknown> {
    return fillObject(this.#claims, subject);
  }
}

function problems(...found: string[]): ClaimsReading {
  return { kind: 'problems', problems: found };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reservedIn(claims: JsonObject): string[] {
  const taken = Object.keys(claims).filter((name) => RESERVED.includes(name));
  return taken.map((name) => `sets the claim "${name}". The service itself sets these: ${RESERVED.join(', ')}.`);
}

/** Placeholders that do not exist or stand where they are not filled in. */
function misuses(value: Json): string[] {
  if (typeof value === 'string') return unknownIn(value);
  if (typeof value !== 'object' || value === null) return [];
  const names = Array.isArray(value) ? [] : Object.keys(value).filter((name) => STRAY.test(name));
  return [
    ...names.map((name) => `has a placeholder in the name "${name}". They are filled in in values only.`),
    ...Object.values(value).flatMap((each: Json) => misuses(each)),
  ];
}

function unknownIn(text: string): string[] {
  const known = Object.keys(PLACEHOLDERS);
  const rest = text.replace(PLACEHOLDER, (all, name: string) => (known.includes(name) ? '' : all));
  const [stray] = STRAY.exec(rest) ?? [];
  if (stray === undefined) return [];
  return [`has the unknown placeholder "${stray}". Use ${known.map((name) => `{{${name}}}`).join(', ')}.`];
}

function fillObject(claims: JsonObject, subject: ClaimsSubject): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, fillIn(value, subject)]));
}

function fillIn(value: Json, subject: ClaimsSubject): unknown {
  if (typeof value === 'string') return fillString(value, subject);
  if (Array.isArray(value)) return value.map((each: Json) => fillIn(each, subject));
  return typeof value === 'object' && value !== null ? fillObject(value as JsonObject, subject) : value;
}

/** A string that is one placeholder takes the type of its value; elsewhere the value becomes part of the string. */
function fillString(text: string, subject: ClaimsSubject): Value {
  const [whole, name = ''] = /^\{\{\s*([\w.]*)\s*\}\}$/.exec(text) ?? [];
  if (whole) return placeholderValue(name, subject);
  return text.replace(PLACEHOLDER, (_all, each: string) => String(placeholderValue(each, subject) ?? ''));
}

function placeholderValue(name: string, subject: ClaimsSubject): Value {
  return PLACEHOLDERS[name]?.(subject) ?? null;
}
