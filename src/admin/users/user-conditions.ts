import { and, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { folded } from '../../database/columns.js';
import { instant } from '../../database/database.js';
import type { NumbersOfCountry } from '../../phone/numbers-of-country.js';
import { userNameTable } from '../../users/user-name.table.js';
import { type Role, searchedNames, userTable } from '../../users/user.table.js';
import type { UserOrder, UserPosition } from './user-cursor.js';
import type { UserSearch } from './user-search.js';

/** What every account of a list has. What is null is not asked for. */
export interface UserFilter {
  readonly role: Role | null;
  readonly locked: boolean | null;
  readonly phoneVerified: boolean | null;
  readonly emailVerified: boolean | null;
  readonly hasMarketplaceAccess: boolean | null;
  readonly b2bVerified: boolean | null;
  readonly country: NumbersOfCountry | null;
  readonly createdFrom: Date | null;
  readonly createdTo: Date | null;
  /** E.164, verified. */
  readonly verifiedNumber: string | null;
  /** Verified. */
  readonly verifiedEmail: string | null;
  readonly externalId: string | null;
}

/** Accounts that an index finds at once, in the order of that index. */
export interface Source {
  readonly where: SQL;
  readonly by: SQLWrapper;
}

/** The same by what somebody typed: in a table that has the id and the time of the account. */
export interface SearchSource extends Source {
  readonly from: SQLWrapper;
  readonly id: SQLWrapper;
  readonly createdAt: SQLWrapper;
}

const { createdAt, id, phoneNumber } = userTable;
const names = searchedNames(userTable);

/**
 * The roles and the flags are written out: so PostgreSQL knows how many accounts have them, and which partial index holds
 * them, whatever else it knows of the parameters.
 */
export function conditionsOf(filter: UserFilter, now: Date): SQL | undefined {
  const { phoneVerifiedAt, emailVerifiedAt, marketplaceAccess, b2bVerified, lockedAt, lockedUntil } = userTable;
  const isLocked = sql`(${lockedAt} IS NOT NULL AND (${lockedUntil} IS NULL OR ${lockedUntil} > ${instant(now)}))`;
  return and(
    filter.role === null ? undefined : hasRole(filter.role),
    isOr(filter.locked, isLocked, sql`NOT ${isLocked}`),
    isOr(filter.phoneVerified, sql`${phoneVerifiedAt} IS NOT NULL`, sql`${phoneVerifiedAt} IS NULL`),
    isOr(filter.emailVerified, sql`${emailVerifiedAt} IS NOT NULL`, sql`${emailVerifiedAt} IS NULL`),
    isOr(filter.hasMarketplaceAccess, sql`${marketplaceAccess}`, sql`NOT ${marketplaceAccess}`),
    isOr(filter.b2bVerified, sql`${b2bVerified}`, sql`NOT ${b2bVerified}`),
    filter.country === null ? undefined : isOf(filter.country),
    createdWithin(filter),
    ...exactSourcesOf(filter).map(({ where }) => where),
  );
}

function hasRole(role: Role): SQL {
  const is = sql`${userTable.role} = ${sql.raw(`'${role}'`)}`;
  return role === 'USER' ? is : sql`${is} AND ${userTable.role} <> 'USER'`;
}

function isOr(wanted: boolean | null, yes: SQL, no: SQL): SQL | undefined {
  if (wanted === null) return undefined;
  return wanted ? yes : no;
}

function isOf({ prefixes, pattern, except }: NumbersOfCountry): SQL | undefined {
  return and(
    sql`(${sql.join(prefixes.map(beginsWith), sql` OR `)})`,
    pattern === null ? undefined : sql`${phoneNumber} ~ ${pattern}::text`,
    except === null ? undefined : sql`${phoneNumber} !~ ${except}::text`,
  );
}

/** By bytes, as the index compares. The digit behind the last one ends the range. */
function beginsWith(prefix: string): SQL {
  const next = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
  return sql`(${phoneNumber} ~>=~ ${prefix}::text AND ${phoneNumber} ~<~ ${next}::text)`;
}

function createdWithin({ createdFrom, createdTo }: UserFilter): SQL | undefined {
  return and(
    createdFrom === null ? undefined : sql`${createdAt} >= ${instant(createdFrom)}`,
    createdTo === null ? undefined : sql`${createdAt} < ${instant(createdTo)}`,
  );
}

/** Whether an account matches a search by something, without a use of indexes. */
export function matches(search: UserSearch): SQL {
  return sql`(${sql.join(wholeMatches(search), sql` OR `)}
    OR starts_with(${names.full}, ${lowered(search.name)}) OR starts_with(${names.last}, ${lowered(search.name)}))`;
}

/** What finds the accounts of a search. No part reads a row of `users` for a name. */
export function searchSourcesOf(search: UserSearch): SearchSource[] {
  const { userId, fullName, lastName, createdAt: since } = userNameTable;
  const named = { from: userNameTable, id: userId, createdAt: since };
  return [
    ...wholeMatches(search).map((where) => ({ from: userTable, id, createdAt, where, by: id })),
    { ...named, where: nameBegins(fullName, search.name), by: fullName },
    { ...named, where: nameBegins(lastName, search.name), by: lastName },
  ];
}

/** What finds the accounts of a filter without a walk through the order; none: the walk finds some at once. */
export function sourcesOf(filter: UserFilter, order: UserOrder): Source[] {
  // One account has it at most, so one of several is enough.
  const [exact] = exactSourcesOf(filter);
  if (exact) return [exact];
  if (filter.country !== null) {
    const by = sql`${phoneNumber} USING ~<~`;
    return filter.country.prefixes.map((prefix) => ({ where: beginsWith(prefix), by }));
  }
  const created = createdWithin(filter);
  return created && isByUse(order) ? [{ where: created, by: createdAt }] : [];
}

/** What somebody has proved, or an operator has brought: no name that people choose themselves. */
function exactSourcesOf({ verifiedNumber, verifiedEmail, externalId }: UserFilter): Source[] {
  const { email, phoneVerifiedAt, emailVerifiedAt, externalId: imported } = userTable;
  const address = sql`lower(${email})`;
  return [
    ...(verifiedNumber === null
      ? []
      : [{ where: sql`${phoneNumber} = ${verifiedNumber}::text AND ${phoneVerifiedAt} IS NOT NULL`, by: phoneNumber }]),
    ...(verifiedEmail === null
      ? []
      : [
          {
            where: sql`${address} = ${folded(sql`${verifiedEmail}::text`)} AND ${emailVerifiedAt} IS NOT NULL`,
            by: address,
          },
        ]),
    ...(externalId === null ? [] : [{ where: sql`${imported} = ${externalId}::text`, by: imported }]),
  ];
}

function wholeMatches(search: UserSearch): SQL[] {
  const { email, username, externalId } = userTable;
  const equal = (column: SQLWrapper, value: SQL) => sql`${column} = ${value}`;
  return [
    ...(search.id === null ? [] : [equal(id, sql`${search.id}::uuid`)]),
    equal(externalId, sql`${search.externalId}::text`),
    ...(search.phoneNumber === null ? [] : [equal(phoneNumber, sql`${search.phoneNumber}::text`)]),
    ...(search.email === null ? [] : [equal(sql`lower(${email})`, folded(sql`${search.email}::text`))]),
    ...(search.username === null ? [] : [equal(sql`lower(${username})`, folded(sql`${search.username}::text`))]),
  ];
}

const lowered = (text: string) => sql`lower(${text}::text) COLLATE "C"`;

/** Nothing that is written is greater than U+10FFFF, and no name has it. */
function nameBegins(name: SQLWrapper, text: string): SQL {
  return sql`${name} >= ${lowered(text)} AND ${name} < ${lowered(`${text}\u{10ffff}`)}`;
}

export function isByUse(order: UserOrder): boolean {
  return order.startsWith('LAST_USED_AT');
}

/** The order of a list, and what is behind a position of it. */
export function orderOf(
  order: UserOrder,
  columns: { readonly [Name in 'createdAt' | 'lastUsedAt' | 'id']: SQLWrapper } = userTable,
): {
  readonly by: SQL;
  isAfter(position: UserPosition | null): SQL | undefined;
} {
  const at = isByUse(order) ? columns.lastUsedAt : columns.createdAt;
  const [direction, behind] = order.endsWith('DESC') ? [sql`DESC`, sql`<`] : [sql`ASC`, sql`>`];
  return {
    by: sql`${at} ${direction}, ${columns.id} ${direction}`,
    isAfter: (position) =>
      position === null
        ? undefined
        : sql`(${at}, ${columns.id}) ${behind} (${instant(position.at)}, ${position.id}::uuid)`,
  };
}
