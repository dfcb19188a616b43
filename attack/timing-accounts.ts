import argon2 from 'argon2';
import type postgres from 'postgres';
import { v7 } from 'uuid';

/** The service's own parameters. With others, a hash would take another time. */
const PARAMETERS = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The address of the account with a number. */
export function emailOf(number: string): string {
  return `u${number.slice(1)}@example.com`;
}

/** Inserts accounts that have verified these numbers and their email addresses, and leaves the tables vacuumed and analyzed. */
export async function knownAccounts(sql: postgres.Sql, numbers: readonly string[]): Promise<void> {
  const hash = await argon2.hash('the password of them all', PARAMETERS);
  const now = new Date().toISOString();
  const rows = numbers.map((number) => ({
    ...{ id: v7(), phone_number: number, phone_verified_at: now, created_at: now, updated_at: now },
    ...{ email: emailOf(number), email_verified_at: now, first_name: 'A', last_name: 'B', password_hash: hash },
  }));
  for (let from = 0; from < rows.length; from += 500) {
    await sql`INSERT INTO users ${sql(rows.slice(from, from + 500))}`;
  }
  await sql`VACUUM ANALYZE`;
}
