import { Param, Placeholder, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Database } from './database.js';
import { statements } from './statement-list.js';

/**
 * The PostgreSQL types of parameters. Each parameter is cast, so PostgreSQL does not guess its type from the first
 * call. A `Statement` casts it where it is first, so that its text stays readable; tests ask PostgreSQL for the types.
 */
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

const NUMBER = /int|float/;

/** A parameter's value: a date for `timestamptz`, a list of strings for `text[]`, anything for `jsonb`. */
type Value = string | number | boolean | Date | null | readonly string[] | object;

/** A value that differs from call to call. A name that is used several times is still one parameter. */
export function parameter(name: string, type: ParameterType): SQL {
  const mapToDriverValue = (value: unknown) => written(value, type);
  return sql`${sql.param(sql.placeholder(name), { mapToDriverValue })}::${sql.raw(type)}`;
}

/** A finished text with the parameters that it numbers. */
interface Finished {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/**
 * A statement with a fixed text. The text is made once, when it is first needed: a start that made them all would take
 * a tenth longer. PostgreSQL prepares it, and each value that differs from call to call is a `parameter`. Making the text
 * of a large statement in each call costs as much processor time as running it. Statements of drizzle's query builder use
 * `sql.placeholder` instead.
 */
export class Statement<Row extends object, Values extends { readonly [Name in keyof Values]: Value }> {
  /** Names the statement in measurements and traces. */
  readonly name: string;
  readonly #query: SQLWrapper;
  #finished: Finished | null = null;

  constructor(name: string, query: SQLWrapper) {
    this.name = name;
    this.#query = query;
    statements.push(this);
  }

  /** @throws if it contains a value that is not a parameter, because all calls would share it. */
  get text(): string {
    return this.#finish().text;
  }

  get parameterCount(): number {
    return this.#finish().parameters.length;
  }

  async run(db: Database, values: Values): Promise<Row[]> {
    const { text, parameters } = this.#finish();
    // Drizzle only reads both. Copies took a quarter of what a statement takes here.
    const query = { sql: text, params: parameters as unknown[] };
    const prepared = db._.session.prepareQuery(query, undefined, this.name, false);
    return prepared.execute(values as Record<string, unknown>) as Promise<Row[]>;
  }

  #finish(): Finished {
    this.#finished ??= finish(this.name, this.#query);
    return this.#finished;
  }
}

function finish(name: string, query: SQLWrapper): Finished {
  const { sql: text, params } = new PgDialect().sqlToQuery(query.getSQL());
  const names = params.map((param) => nameOf(param, name));
  const distinct = [...new Set(names)];
  const cast = new Set<string>();
  return {
    text: text.replace(/\$(\d+)(::[a-z0-9]+(?:\[\])?)?/g, (_, place: string, type = '') => {
      const one = `$${distinct.indexOf(names[Number(place) - 1] ?? '') + 1}`;
      // Numbers stay cast: PostgreSQL would take some of them for another kind of number.
      if (cast.has(one + type) && !NUMBER.test(type)) return one;
      cast.add(one + type);
      return one + type;
    }),
    parameters: distinct.map((each) => params[names.indexOf(each)]),
  };
}

function nameOf(param: unknown, statement: string): string {
  const placeholder = param instanceof Param ? param.value : param;
  if (placeholder instanceof Placeholder) return placeholder.name;
  throw new Error(`The statement "${statement}" has the value ${String(placeholder)} where a parameter belongs.`);
}

/** The driver itself converts only lists of strings (database.ts). */
function written(value: unknown, type: ParameterType): unknown {
  if (value === null) return null;
  if (type === 'jsonb') return JSON.stringify(value);
  return value instanceof Date ? value.toISOString() : value;
}
