import { and, eq, exists, getTableColumns, lte, ne, notExists, type SQL, sql } from 'drizzle-orm';
import type { Origin } from '../../audit/origin.js';
import { originValues, recordEvent } from '../../audit/record-event.js';
import { capacityOf, type Spending } from '../../budgets/rate-budget.js';
import { paymentValues, readSpent, type SpentRow, spend, spentRows } from '../../budgets/rate-budget.repository.js';
import { usernameBudget } from '../../budgets/username-budget.js';
import { cityTable } from '../../cities/city.table.js';
import { folded } from '../../database/columns.js';
import type { Database } from '../../database/database.js';
import { parameter } from '../../database/statement.js';
import { type AskingSession, asked, lockAskingSession } from '../../sessions/asking-session.js';
import type { User } from '../../users/user.js';
import { reservesNames, userTable } from '../../users/user.table.js';
import type { ProfileFacts } from './decision.js';
import { type ProfileChanges, type ProfileField, profileFields } from './profile-form.js';
import { onFirstUse } from '../../database/on-first-use.js';

export interface ProfileQuestion {
  readonly userId: string;
  /** Null: it asks for none. */
  readonly username: string | null;
  /** Null: it names no city. */
  readonly locationId: number | null;
  readonly now: Date;
}

export interface ProfileWrite extends AskingSession {
  readonly changes: ProfileChanges;
  readonly origin: Origin;
}

export class ProfileRepository {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database) {
    this.#statements = prepareStatements(db);
  }

  /** Whether the username and the city can be had. A question about a username is paid for in the same statement. */
  async look({ userId, username, locationId, now }: ProfileQuestion): Promise<ProfileFacts> {
    const budgets: readonly Spending[] = username === null ? [] : [usernameBudget(userId)];
    const keys = budgets.map(({ key }) => key);
    const payments = paymentValues(budgets, now);
    const [row] = await this.#statements.look.execute({ userId, username, locationId, keys, payments });
    if (!row) throw new Error('The look at a profile returned no row.');
    const { paid, spent, usernameTaken, cityUnknown } = row;
    return {
      paid: budgets.length === 0 || paid,
      retryAt: budgets.map((budget) => capacityOf(budget, readSpent(spent).get(budget.key), now).retryAt)[0] ?? null,
      usernameTaken,
      cityUnknown,
    };
  }

  /** Changes the profile. Null: the session was ended meanwhile. The unique index decides who was first with a username. */
  async write({ changes, origin, ...asking }: ProfileWrite): Promise<User | null> {
    const fields = profileFields.filter((field) => changes[field] !== undefined);
    const given = Object.fromEntries(profileFields.map((field) => [field, changes[field] ?? null]));
    const values = { ...asking, ...originValues(origin), ...given, fields, details: { fields } };
    const [row] = await this.#statements.write.execute(values);
    return row ? { ...row.written, location: row.cities } : null;
  }
}

const given = {
  firstName: parameter('firstName', 'text'),
  lastName: parameter('lastName', 'text'),
  username: parameter('username', 'text'),
  locale: parameter('locale', 'text'),
  locationId: parameter('locationId', 'int'),
} satisfies Record<ProfileField, SQL>;

/** The builder has no SELECT without a table. */
const ONE_ROW = sql`(VALUES (1)) AS one_row`;

function prepareStatements(db: Database) {
  return onFirstUse({ look: () => lookStatement(db), write: () => writeStatement(db) });
}

function lookStatement(db: Database) {
  const paid = db.$with('paid', {}).as(spend());
  const { id, username } = userTable;
  const holder = db
    .select({ id })
    .from(userTable)
    .where(
      and(
        sql`lower(${username}) = ${folded(given.username)}`,
        reservesNames(userTable),
        ne(id, parameter('userId', 'uuid')),
      ),
    );
  const city = db.select({ id: cityTable.id }).from(cityTable).where(eq(cityTable.id, given.locationId));
  return db
    .with(paid)
    .select({
      paid: sql<boolean>`EXISTS (SELECT 1 FROM ${paid})`,
      spent: sql<SpentRow[]>`${spentRows(parameter('keys', 'text[]'))}`,
      usernameTaken: sql<boolean>`${exists(holder)}`,
      cityUnknown: sql<boolean>`${given.locationId} IS NOT NULL AND ${notExists(city)}`,
    })
    .from(ONE_ROW)
    .prepare('updateProfile: look');
}

/** Columns that are not among the fields stay as they are at the locked row. */
function changed<Field extends ProfileField>(field: Field): SQL {
  return sql`CASE WHEN ${sql.raw(`'${field}'`)} = ANY(${parameter('fields', 'text[]')}) THEN ${given[field]}
    ELSE ${userTable[field]} END`;
}

function writeStatement(db: Database) {
  const { account, asking } = lockAskingSession(db);
  const written = db.$with('written').as(
    db
      .update(userTable)
      .set({
        firstName: changed('firstName'),
        lastName: changed('lastName'),
        username: changed('username'),
        locale: changed('locale'),
        locationId: changed('locationId'),
        updatedAt: asked.now,
      })
      .from(asking)
      .where(and(eq(userTable.id, asking.userId), lte(userTable.sessionEpoch, asking.epoch)))
      .returning(getTableColumns(userTable)),
  );
  const event = db
    .$with('event', {})
    .as(
      recordEvent(
        { kind: 'profile_changed', deviceId: sql`s.device_id`, details: parameter('details', 'jsonb') },
        sql`(SELECT asking.* FROM asking, written)`,
      ),
    );
  return db
    .with(account, asking, written, event)
    .select()
    .from(written)
    .leftJoin(cityTable, eq(cityTable.id, written.locationId))
    .prepare('updateProfile: write');
}
