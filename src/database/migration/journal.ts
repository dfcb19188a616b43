import { desc, eq, type SQL, sql } from 'drizzle-orm';
import { bigint, pgSchema, pgTable, text } from 'drizzle-orm/pg-core';
import type { Database } from '../database.js';
import type { Migration } from './migration-files.js';

/** A transaction, or the pool. */
type Connection = Pick<Database, 'execute' | 'select' | 'insert'>;

const columns = () => ({
  createdAt: bigint('created_at', { mode: 'number' }).notNull(),
  hash: text('hash').notNull(),
});

/**
 * Which migrations were run. It is beside the tables: a role that owns one schema can make it there, and each schema has
 * its own.
 */
const ownJournal = pgTable('phone_accounts_migrations', columns());

/** Where Drizzle's migrator kept it before. An installation keeps the journal that it has. */
const formerJournal = pgSchema('drizzle').table('__drizzle_migrations', columns());

export type Journal = typeof ownJournal | typeof formerJournal;

/** Which journals there are, as columns of a query. */
export const journalsThere = (): SQL => sql`
  ${isThere(sql`current_schema()`, 'phone_accounts_migrations')} AS own_journal,
  current_schema() = 'public' AND ${isThere(sql`'drizzle'`, '__drizzle_migrations')} AS former_journal`;

function isThere(schema: SQL, name: string): SQL {
  return sql`EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${schema} AND c.relname = ${sql.raw(`'${name}'`)})`;
}

export type JournalsThere = {
  readonly own_journal: boolean;
  readonly former_journal: boolean;
};

/** Null: nothing was migrated here yet. Another application's journal may have the former name, too. */
export async function findJournal(
  db: Connection,
  there: JournalsThere,
  [first]: readonly Migration[],
): Promise<Journal | null> {
  if (there.own_journal) return ownJournal;
  if (!there.former_journal || !first) return null;
  const ours = await db.select().from(formerJournal).where(eq(formerJournal.createdAt, first.madeAt)).limit(1);
  return ours.length > 0 ? formerJournal : null;
}

/** The migrations that are newer than the newest that was run. */
export async function pendingIn(
  db: Connection,
  journal: Journal | null,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  if (journal === null) return migrations;
  const [newest] = await db.select().from(journal).orderBy(desc(journal.createdAt)).limit(1);
  return newest ? migrations.filter(({ madeAt }) => madeAt > newest.createdAt) : migrations;
}

export async function makeJournal(db: Connection): Promise<Journal> {
  await db.execute(sql`CREATE TABLE ${ownJournal} (created_at bigint PRIMARY KEY, hash text NOT NULL)`);
  return ownJournal;
}

export async function note(db: Connection, journal: Journal, { madeAt, hash }: Migration): Promise<void> {
  await db.insert(journal).values({ createdAt: madeAt, hash });
}
