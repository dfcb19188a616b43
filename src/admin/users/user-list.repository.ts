import { and, eq, type SQL, sql } from 'drizzle-orm';
import { cityTable } from '../../cities/city.table.js';
import type { Database } from '../../database/database.js';
import { parameter } from '../../database/statement.js';
import { readUser } from '../../users/read-user.js';
import type { User } from '../../users/user.js';
import { userTable } from '../../users/user.table.js';
import {
  conditionsOf,
  isByUse,
  matches,
  orderOf,
  type SearchSource,
  type Source,
  searchSourcesOf,
  sourcesOf,
  type UserFilter,
} from './user-conditions.js';
import type { UserOrder, UserPosition } from './user-cursor.js';
import type { UserSearch } from './user-search.js';
import { onFirstUse } from '../../database/on-first-use.js';

export interface UserCriteria {
  readonly search: UserSearch | null;
  readonly filter: UserFilter;
  readonly order: UserOrder;
  readonly after: UserPosition | null;
  readonly limit: number;
  readonly now: Date;
}

/**
 * So many accounts are sorted for a page. Where more match, they are so frequent that a walk through the order of the list
 * meets a page of them soon (docs/decisions/0045).
 */
const MOST_SORTED = sql.raw('6000');

/**
 * Of a search. To read an entry of an index takes a twentieth of the time that a row takes. A filter or an order by use needs rows.
 * Where a filter leaves few accounts, and an index has them, a walk is soon through.
 */
function mostSorted({ role, locked }: UserFilter, needsRows: boolean): SQL {
  if (locked || (role !== null && role !== 'USER')) return MOST_SORTED;
  return sql.raw(needsRows ? '12000' : '50000');
}

export class UserListRepository {
  readonly #db: Database;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database) {
    this.#db = db;
    this.#statements = prepareStatements(db);
  }

  /** The accounts with these ids, in no order. */
  async byIds(ids: readonly string[]): Promise<User[]> {
    const rows = await this.#statements.byIds.execute({ ids });
    return rows.map(({ user, location }) => ({ ...user, location }));
  }

  /** The accounts of a number: the one that verified it first, then those that are only registered with it, the latest first. */
  async byNumber(phoneNumber: string, most: number): Promise<User[]> {
    const rows = await this.#statements.byNumber.execute({ phoneNumber, most });
    return rows.map(({ user, location }) => ({ ...user, location }));
  }

  /** At most `limit` accounts after the position, in order. */
  async find(criteria: UserCriteria): Promise<User[]> {
    const { search, filter, order } = criteria;
    if (search !== null) return this.#search(search, criteria);
    const sources = sourcesOf(filter, order);
    return sources.length === 0 ? this.#walk(criteria) : this.#collect(sources, criteria);
  }

  /** Along an index that has the order: the whole, or the part of it that a filter is about. */
  async #walk({ filter, order, after, limit, now }: UserCriteria): Promise<User[]> {
    const { by, isAfter } = orderOf(order);
    const rows = await this.#db
      .select({ user: userTable, location: cityTable })
      .from(userTable)
      .leftJoin(cityTable, eq(cityTable.id, userTable.locationId))
      .where(and(conditionsOf(filter, now), isAfter(after)))
      .orderBy(by)
      .limit(limit);
    return rows.map(({ user, location }) => ({ ...user, location }));
  }

  /**
   * Sorts what the indexes find, or walks, if they find too much. PostgreSQL knows too little of names and numbers to choose
   * by itself: it would walk through ten million accounts for a name that no account has. Only one of the two parts of the
   * page runs. The matches are read once, with all that a filter asks for: reading a row costs more than anything else here.
   * Raw, because the builder has no `UNION` of parts with an order and a limit of their own.
   */
  async #collect(sources: readonly Source[], criteria: UserCriteria): Promise<User[]> {
    const { filter, order, after, limit, now } = criteria;
    const { by, isAfter } = orderOf(order);
    const wanted = and(conditionsOf(filter, now), isAfter(after));
    const page = (from: SQL, where: SQL) =>
      sql`SELECT id, created_at, last_used_at FROM ${from} WHERE ${and(where, wanted)} ORDER BY ${by} LIMIT ${limit}::int`;
    return this.#read({
      found: sources.map(firstOf),
      most: MOST_SORTED,
      sorted: page(sql`matches AS users`, sql`(SELECT are FROM few)`),
      walked: page(sql`users`, sql`NOT (SELECT are FROM few)`),
      by,
    });
  }

  /**
   * For a search. Names are found, counted and sorted without a row of `users`. Rows are then read one after the other until the
   * page is full: `OFFSET 0` keeps PostgreSQL from reading all of them at once. By last use, it has to.
   */
  async #search(search: UserSearch, { filter, order, after, limit, now }: UserCriteria): Promise<User[]> {
    const { by, isAfter } = orderOf(order);
    const wanted = conditionsOf(filter, now);
    const sources = searchSourcesOf(search);
    const needsRows = isByUse(order) || wanted !== undefined;
    const most = mostSorted(filter, needsRows);
    const columns = { createdAt: sql`found.created_at`, id: sql`found.id`, lastUsedAt: sql`account.last_used_at` };
    const ofMatches = orderOf(order, columns);
    // An account that matches in several ways stands among the matches several times.
    const distinct = sql`SELECT DISTINCT id, created_at FROM`;
    const first = sql`(SELECT id, created_at FROM matches AS users WHERE ${isAfter(after) ?? sql`true`}
      ORDER BY ${by} LIMIT ${limit * sources.length}::int)`;
    const candidates = sql`${needsRows ? sql`matches` : first} AS users WHERE (SELECT are FROM few)`;
    return this.#read({
      found: sources.map((source) => firstOfSearch(source, most)),
      most,
      sorted: sql`SELECT found.id, found.created_at, account.last_used_at
        FROM (${distinct} ${candidates} ${isByUse(order) ? undefined : sql`ORDER BY ${by}`}) found
        CROSS JOIN LATERAL (SELECT last_used_at FROM users WHERE ${and(eq(userTable.id, columns.id), wanted)} OFFSET 0) account
        WHERE ${ofMatches.isAfter(after) ?? sql`true`} ORDER BY ${ofMatches.by} LIMIT ${limit}::int`,
      walked: sql`SELECT id, created_at, last_used_at FROM users
        WHERE ${and(sql`NOT (SELECT are FROM few)`, matches(search), wanted, isAfter(after))}
        ORDER BY ${by} LIMIT ${limit}::int`,
      by,
    });
  }

  async #read({ found, most, sorted, walked, by }: TwoWays): Promise<User[]> {
    const rows = await this.#db.execute<FoundRow>(sql`
      WITH matches AS MATERIALIZED (SELECT * FROM (${sql.join([...found], sql` UNION ALL `)}) found LIMIT ${most} + 1),
      few AS MATERIALIZED (SELECT count(*) <= ${most} AS are FROM matches),
      page AS ((${sorted}) UNION ALL (${walked}))
      SELECT to_jsonb(users) AS person, to_jsonb(cities) AS city
      FROM page JOIN users ON users.id = page.id LEFT JOIN cities ON cities.id = users.location_id
      ORDER BY ${by}`);
    return rows.map(({ person, city }) => readUser(person, city));
  }
}

/** Parts of a statement: what is found is counted. Few are sorted, and of many a walk finds the page. */
interface TwoWays {
  readonly found: readonly SQL[];
  readonly most: SQL;
  readonly sorted: SQL;
  readonly walked: SQL;
  readonly by: SQL;
}

interface FoundRow extends Record<string, unknown> {
  readonly person: Record<string, unknown>;
  readonly city: Record<string, unknown> | null;
}

/** What an order or a filter asks of an account. */
const FILTERED = sql.raw(
  'id, created_at, last_used_at, role, locked_at, locked_until, phone_number, phone_verified_at, email_verified_at, marketplace_access, b2b_verified, email, external_id',
);

/** In the order of the index, because PostgreSQL would otherwise read the whole table where it expects many. */
function firstOf({ where, by }: Source): SQL {
  return sql`(SELECT ${FILTERED} FROM users WHERE ${where} ORDER BY ${by} LIMIT ${MOST_SORTED} + 1)`;
}

function firstOfSearch({ from, id, createdAt, where, by }: SearchSource, most: SQL): SQL {
  return sql`(SELECT ${id} AS id, ${createdAt} AS created_at FROM ${from} WHERE ${where} ORDER BY ${by} LIMIT ${most} + 1)`;
}

function prepareStatements(db: Database) {
  const users = () =>
    db
      .select({ user: userTable, location: cityTable })
      .from(userTable)
      .leftJoin(cityTable, eq(cityTable.id, userTable.locationId))
      .$dynamic();
  const { id, phoneNumber, phoneVerifiedAt, createdAt } = userTable;
  return onFirstUse({
    byIds: () =>
      users()
        .where(sql`${id} = ANY(${parameter('ids', 'uuid[]')})`)
        .prepare('admin: users by id'),
    byNumber: () =>
      users()
        .where(eq(phoneNumber, parameter('phoneNumber', 'text')))
        .orderBy(sql`${phoneVerifiedAt} IS NULL, ${createdAt} DESC`)
        .limit(sql.placeholder('most'))
        .prepare('admin: users by number'),
  });
}
