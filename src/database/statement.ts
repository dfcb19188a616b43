import { Param, Placeholder, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Database } from './database.js';

/** PostgreSQL's types that parameters have. The cast makes the text independent of what a first call passes. */
type ParameterType =
  | 'text'
  | 'text[]'
  | 'uuid'
  | 'uuid[]'
  | 'int'
  | 'bigint'
  | 'float8'
  | 'boolean'
  | 'timestamptz'
  | 'jsonb';

/** What a parameter may be given as: a date with `timestamptz`, a list of strings with `text[]`, anything with `jsonb`. */
type Value = string | number | boolean | Date | null | readonly string[] | object;

/** A value that varies from call to call. One name is one parameter, however often the statement mentions it. */
export function parameter(name: string, type: ParameterType): SQL {
  const mapToDriverValue = (value: unknown) => written(value, type);
  return sql`${sql.param(sql.placeholder(name), { mapToDriverValue })}::${sql.raw(type)}`;
}

/**
 * A statement whose text is made once and prepared by the server, with a `parameter` for all that varies: making the text
 * of a large statement costs as much processor time as running it. Statements of drizzle's query builder have
 * `sql.placeholder` for the same.
 */
export class Statement<Row extends object, Values extends { readonly [Name in keyof Values]: Value }> {
  /** For people: it names the statement where statements are measured. */
  readonly name: string;
  readonly text: string;
  readonly #parameters: readonly unknown[];

  /** @throws when the text holds a value, which would be the same in each call. */
  constructor(name: string, query: SQLWrapper) {
    const { sql: text, params } = new PgDialect().sqlToQuery(query.getSQL());
    const names = params.map((param) => nameOf(param, name));
    const distinct = [...new Set(names)];
    this.name = name;
    this.text = text.replace(/\$(\d+)/g, (_, place: string) => {
      return `$${distinct.indexOf(names[Number(place) - 1] ?? '') + 1}`;
    });
    this.#parameters = distinct.map((each) => params[names.indexOf(each)]);
  }

  get parameterCount(): number {
    return this.#parameters.length;
  }

  async run(db: Database, values: Values): Promise<Row[]> {
    const query = { sql: this.text, params: [...this.#parameters] };
    const prepared = db._.session.prepareQuery(query, undefined, this.name, false);
    return prepared.execute({ ...values }) as Promise<Row[]>;
  }
}

function nameOf(param: unknown, statement: string): string {
  const placeholder = param instanceof Param ? param.value : param;
  if (placeholder instanceof Placeholder) return placeholder.name;
  throw new Error(`The statement "${statement}" has the value ${String(placeholder)} where a parameter belongs.`);
}

/** The driver writes lists of strings (database.ts) and passes everything else through as it is. */
function written(value: unknown, type: ParameterType): unknown {
  if (value === null) return null;
  if (type === 'jsonb') return JSON.stringify(value);
  return value instanceof Date ? value.toISOString() : value;
}
