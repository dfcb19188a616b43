import { makePgArray, parsePgArray } from 'drizzle-orm/pg-core';
import type postgres from 'postgres';
import type { Pool } from './pool.js';
import type { Query, Rows, Runner } from './connection.js';
import { inSavepoint } from './transaction.js';

/** PostgreSQL's text[], varchar[] and uuid[]. */
const ARRAYS_OF_STRINGS = ['1009', '1015', '2951'];
const BOOLEAN = '16';

export type Values = Pick<postgres.Sql['options'], 'parsers' | 'serializers'>;

/**
 * How values are read and written; Drizzle adds its own ways. The array types are registered here, because postgres.js would
 * ask for them on each new connection.
 *
 * Writing what is written already changes nothing. postgres.js sends a statement once more whose preparation was lost (by a
 * pooler) or whose result has changed (by a migration), and writes its values a second time: `true` would become `false`
 * (porsager/postgres#1197).
 */
export function ownValues(): Values {
  const arrays = (how: unknown) => Object.fromEntries(ARRAYS_OF_STRINGS.map((oid) => [oid, how]));
  const serializers = { ...arrays(writeArray), [BOOLEAN]: writeBoolean };
  return { parsers: arrays(parsePgArray), serializers } as Values;
}

function writeArray(value: string | unknown[]): string {
  return typeof value === 'string' ? value : makePgArray(value);
}

function writeBoolean(value: unknown): string {
  return value === true || value === 't' ? 't' : 'f';
}

/** Drizzle awaits it, or asks for `values()`. It is sent only then. */
class Sending implements PromiseLike<Rows> {
  readonly #runner: Runner;
  readonly #query: Query;

  constructor(runner: Runner, query: Query) {
    this.#runner = runner;
    this.#query = query;
  }

  // biome-ignore lint/suspicious/noThenProperty: it stands in for a query of postgres.js, which is awaited.
  then<Then = Rows, Else = never>(
    onRows?: ((rows: Rows) => Then | PromiseLike<Then>) | null,
    onError?: ((error: unknown) => Else | PromiseLike<Else>) | null,
  ): Promise<Then | Else> {
    return this.#runner.run(this.#query).then(onRows, onError);
  }

  values(): Promise<Rows> {
    const { text, parameters } = this.#query;
    return this.#runner.run({ text, parameters, inArrays: true });
  }
}

/** What Drizzle uses of postgres.js, on top of a pool. */
export function drizzleClient(pool: Pick<Pool<unknown>, 'run' | 'transaction'>, values: Values): postgres.Sql {
  const begin = (work: (client: unknown) => Promise<unknown>) =>
    pool.transaction((runner) => work(transactionClient(runner)));
  return { options: values, unsafe: sending(pool), begin } as unknown as postgres.Sql;
}

function transactionClient(runner: Runner) {
  const savepoint = (work: (client: unknown) => Promise<unknown>) =>
    inSavepoint(runner, (inner) => work(transactionClient(inner)));
  return { unsafe: sending(runner), savepoint };
}

function sending(runner: Runner) {
  return (text: string, parameters: unknown[] = []) => new Sending(runner, { text, parameters, inArrays: false });
}
