import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { databaseUrl } from './database-url.js';

export interface OperatorsDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/**
 * An empty database as an operator made it.
 * @param options of CREATE DATABASE, such as `ENCODING 'LATIN1'`
 * @param settings of ALTER DATABASE
 */
export async function makeOperatorsDatabase(
  options: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<OperatorsDatabase> {
  const name = `${inject('template')}_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE template0 ${options}`);
  for (const [setting, value] of Object.entries(settings)) {
    await asAdmin(`ALTER DATABASE ${name} SET ${setting} = '${value}'`);
  }
  return {
    url: databaseUrl(inject('serverUrl'), name),
    drop: () => asAdmin(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function asAdmin(statement: string): Promise<void> {
  const admin = postgres(inject('serverUrl'), { max: 1, onnotice: () => undefined });
  await admin.unsafe(statement).finally(() => admin.end());
}
