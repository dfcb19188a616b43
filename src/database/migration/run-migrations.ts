import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { StartupError } from '../../platform/startup-error.js';
import type { Database } from '../database.js';
import { isUndone } from '../database-errors.js';
import { findJournal, makeJournal, note, pendingIn } from './journal.js';
import { lockHoldersOf } from './lock-holders.js';
import type { Migration } from './migration-files.js';
import { lookAt } from './server-facts.js';

/** Any number works, as long as all processes use this one. The schema is the second half of the key. */
const MIGRATION_LOCK = 7_264_118;

// Milliseconds.
/** How long one attempt waits for other migrations. */
const TURN_WITHIN = 2_000;
/**
 * How long one attempt waits for a table. What it waits for, others cannot use meanwhile. And it gives way before the
 * server looks for deadlocks (deadlock_timeout, 1 s), because the server might end the statement of a user.
 */
const TABLE_WITHIN = 300;
/** Between two attempts. */
const PAUSE = 500;
/** How soon the server notices that the process is gone. */
const GONE_WITHIN = 500;
/** Before the first question who holds a lock, and between two of them. Few migrations last long enough for the first. */
const ASK_AFTER = 200;
const ASK_EVERY = 100;
/** A start that waits says so by then, also if the server did not say who holds the lock. */
const TELL_AFTER = 2_000;

/** An attempt was undone. The pool would repeat it at once, and users would wait. */
class GaveWay extends Error {}

export interface Migrator {
  readonly db: Database;
  /** Another connection, which asks who holds a lock. */
  readonly observer: Pick<Database, 'execute'>;
  readonly migrations: readonly Migration[];
  readonly schema: string | null;
  /** Tells the operator what the start waits for. */
  readonly say: (line: string) => void;
  /** How long to wait for locks. */
  readonly patienceSeconds: number;
}

/**
 * Runs what is still to be run, and returns the names. All of it is one transaction that takes the lock of all migrations
 * first: a lock of the session would stay on a connection of a pooler. An attempt that gets a lock too late is undone and
 * made again.
 * @throws StartupError when a lock was not to be had in time
 */
export async function runMigrations(migrator: Migrator): Promise<readonly string[]> {
  const since = performance.now();
  let known: string | null = null;
  let told: string | null = null;
  for (;;) {
    const attempt = await attemptMigrations(migrator, told === null ? ASK_AFTER : ASK_EVERY);
    if (attempt.kind === 'done') return attempt.names;
    known = attempt.holders ?? known;
    const waited = performance.now() - since;
    const holders = known ?? 'another session';
    // Another attempt would last longer than the patience does.
    if (waited + PAUSE + TURN_WITHIN > migrator.patienceSeconds * 1_000) throw givenUp(holders, waited / 1_000);
    if (holders !== told && (known !== null || waited > TELL_AFTER)) {
      migrator.say(`migrations wait for a lock that is held by ${holders}`);
      told = holders;
    }
    await pause(PAUSE);
  }
}

function givenUp(holders: string, waited: number): StartupError {
  return new StartupError(
    `The migrations waited ${Math.round(waited)} s for a lock that is held by ${holders}. Nothing was changed. End that session, or start again later.`,
  );
}

type Attempt =
  | { readonly kind: 'done'; readonly names: readonly string[] }
  | { readonly kind: 'locked'; readonly holders: string | null };

async function attemptMigrations(migrator: Migrator, askAfter: number): Promise<Attempt> {
  const over = new AbortController();
  let holders: string | null = null;
  const watch = async (pid: number) => {
    for (let wait = askAfter; ; wait = ASK_EVERY) {
      await pause(wait, null, { signal: over.signal }).catch(() => null);
      if (over.signal.aborted) return;
      holders = (await lockHoldersOf(migrator.observer, pid).catch(() => null)) ?? holders;
    }
  };
  let watching = Promise.resolve();
  const onBegin = (pid: number) => {
    watching = watch(pid);
  };
  try {
    return { kind: 'done', names: await migrateInTransaction(migrator, onBegin) };
  } catch (error) {
    if (!(error instanceof GaveWay)) throw error;
    return { kind: 'locked', holders };
  } finally {
    over.abort();
    await watching;
  }
}

async function migrateInTransaction(migrator: Migrator, onBegin: (pid: number) => void): Promise<readonly string[]> {
  // With one snapshot for all statements, the second look would see what the first one saw.
  const mode = { isolationLevel: 'read committed', accessMode: 'read write' } as const;
  return migrator.db.transaction(
    (transaction) =>
      migrateAlone(transaction, { ...migrator, onBegin }).catch((error: unknown) => {
        throw isUndone(error) ? new GaveWay() : error;
      }),
    mode,
  );
}

async function migrateAlone(
  transaction: Pick<Database, 'execute' | 'select' | 'insert'>,
  { migrations, schema, onBegin }: Migrator & { readonly onBegin: (pid: number) => void },
): Promise<readonly string[]> {
  // Building an index may take long. The limits are those of this transaction only; transaction_timeout came with
  // PostgreSQL 17. When the process is gone, the server ends its statement, where the system of the server allows it.
  const [begun] = await transaction.execute<{ pid: number }>(sql`
    SELECT pg_backend_pid() AS pid, set_config('lock_timeout', ${String(TURN_WITHIN)}, true),
      (SELECT count(set_config(name, '0', true)) FROM pg_settings
        WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')),
      CASE WHEN version() ~ 'linux|darwin|bsd'
        THEN set_config('client_connection_check_interval', ${String(GONE_WITHIN)}, true) END`);
  if (begun) onBegin(begun.pid);
  await transaction.execute(sql`
    SELECT pg_advisory_xact_lock(${MIGRATION_LOCK}::int, hashtext(current_schema())),
      set_config('lock_timeout', ${String(TABLE_WITHIN)}, true)`);
  // Another process may have migrated before this one got the lock.
  const journal = await findJournal(transaction, await lookAt(transaction, schema), migrations);
  const pending = await pendingIn(transaction, journal, migrations);
  if (pending.length === 0) return [];
  const noted = journal ?? (await makeJournal(transaction));
  for (const migration of pending) {
    // In one round trip: a first start has some seventy statements.
    await transaction.execute(sql.raw(migration.statements.join(';\n')));
    await note(transaction, noted, migration);
  }
  return pending.map(({ name }) => name);
}
