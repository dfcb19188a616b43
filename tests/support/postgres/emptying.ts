import type postgres from 'postgres';
import { WARM } from './warm-pools.js';

/**
 * Empties a database, so that the next test may have it: emptying takes a tenth of the processor time that dropping and
 * copying take.
 */
export interface Emptying {
  /** Ends what else is connected, removes all rows, and ends with the fingerprint of the schema. */
  readonly statements: string;
  /** Of a schema that no test has changed. */
  readonly fingerprint: string;
}

/** Every change of the schema writes rows of the catalog, and with them the number of its transaction (xmin). */
const FINGERPRINT = `
  SELECT concat_ws(' ',
    (SELECT sum(hashtext(concat_ws(' ', oid, xmin))) FROM pg_class WHERE oid >= 16384),
    (SELECT sum(hashtext(concat_ws(' ', attrelid, attnum, xmin))) FROM pg_attribute WHERE attrelid >= 16384),
    (SELECT sum(hashtext(concat_ws(' ', oid, xmin))) FROM pg_attrdef WHERE oid >= 16384),
    (SELECT sum(hashtext(concat_ws(' ', oid, xmin))) FROM pg_constraint WHERE oid >= 16384),
    (SELECT sum(hashtext(concat_ws(' ', oid, xmin))) FROM pg_proc WHERE oid >= 16384),
    (SELECT sum(hashtext(concat_ws(' ', oid, xmin))) FROM pg_trigger WHERE oid >= 16384),
    (SELECT sum(hashtext(concat_ws(' ', oid, xmin))) FROM pg_type WHERE oid >= 16384),
    (SELECT count(*) FROM pg_namespace WHERE oid >= 16384),
    (SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
      WHERE d.datname = current_database()),
    (SELECT sum(hashtext(concat_ws(' ', created_at, xmin))) FROM phone_accounts_migrations)
  ) AS fingerprint`;

const END_OTHERS = `
  SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> '${WARM}'`;

const RESTART_SEQUENCES = `
  SELECT setval(s.seqrelid, s.seqstart, false) FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
  WHERE c.relnamespace = 'public'::regnamespace AND pg_sequence_last_value(s.seqrelid) IS NOT NULL`;

/** How to empty copies of a migrated database. */
export async function planEmptying(template: postgres.Sql): Promise<Emptying> {
  const tables = await template<{ name: string }[]>`
    SELECT format('%I', tablename) AS name FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'phone_accounts_migrations'`;
  for (const { name } of tables) {
    const [row] = await template.unsafe(`SELECT FROM ${name} LIMIT 1`);
    if (row) throw new Error(`A migration fills ${name}. Emptying a database has to leave its rows.`);
  }
  const [{ fingerprint = '' } = {}] = await template.unsafe<{ fingerprint: string }[]>(FINGERPRINT);
  // Triggers of the schema, foreign keys among them, are for users of the service.
  const removing = tables.map(({ name }) => `DELETE FROM ${name}`);
  const emptying = ['SET session_replication_role = replica', END_OTHERS, ...removing, RESTART_SEQUENCES, FINGERPRINT];
  return { statements: emptying.join(';\n'), fingerprint };
}

/** Rows that are gone still take room. */
const MOST_REMOVED = 2_000;

/** A database that tests have one after the other. */
export class EmptiedDatabase {
  readonly #admin: postgres.Sql;
  readonly #emptying: Emptying;
  #removed = 0;

  constructor(admin: postgres.Sql, emptying: Emptying) {
    this.#admin = admin;
    this.#emptying = emptying;
  }

  /** Returns whether it is as new: no test has changed the schema. */
  async empty(): Promise<boolean> {
    const { statements, fingerprint } = this.#emptying;
    const results = await this.#admin.unsafe(statements).then(
      (answers) => answers as unknown as postgres.RowList<postgres.Row[]>[],
      () => [],
    );
    for (const { command, count } of results) if (command === 'DELETE') this.#removed += count;
    return results.at(-1)?.[0]?.['fingerprint'] === fingerprint && this.#removed <= MOST_REMOVED;
  }

  end(): Promise<void> {
    return this.#admin.end();
  }
}
