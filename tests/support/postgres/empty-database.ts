import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { databaseUrl } from './database-url.js';

const PASSWORD = 'a-password';

/** A database without tables, and roles that are no superusers. All of it is gone after `drop`. */
export class EmptyDatabase {
  /** Of the superuser. */
  readonly url: string;
  readonly admin: postgres.Sql;
  readonly name: string;
  readonly #roles: string[] = [];

  private constructor(name: string) {
    this.name = name;
    this.url = databaseUrl(inject('serverUrl'), name);
    this.admin = open(this.url);
  }

  static async make(): Promise<EmptyDatabase> {
    const name = `empty_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
    await once(inject('serverUrl'), (sql) => sql`CREATE DATABASE ${sql(name)}`);
    return new EmptyDatabase(name);
  }

  /** A new role. It may connect and nothing else. */
  async role(purpose: string): Promise<{ readonly name: string; readonly url: string }> {
    const name = `${this.name}_${purpose}`;
    await this.admin.unsafe(`CREATE ROLE ${name} LOGIN PASSWORD '${PASSWORD}'`);
    this.#roles.push(name);
    const url = new URL(this.url);
    url.username = name;
    url.password = PASSWORD;
    return { name, url: url.href };
  }

  /** The tables of a schema, by name. */
  async tablesIn(schema: string): Promise<string[]> {
    const rows = await this.admin<{ name: string }[]>`
      SELECT tablename AS name FROM pg_tables WHERE schemaname = ${schema} ORDER BY 1`;
    return rows.map(({ name }) => name);
  }

  async drop(): Promise<void> {
    await this.admin.end();
    await once(inject('serverUrl'), async (sql) => {
      await sql`DROP DATABASE ${sql(this.name)} WITH (FORCE)`;
      for (const role of this.#roles) await sql`DROP ROLE ${sql(role)}`;
    });
  }
}

/** A session of its own. */
export function open(url: string): postgres.Sql {
  return postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
}

async function once(url: string, run: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = open(url);
  await run(sql).finally(() => sql.end());
}
