import { LRUCache } from 'lru-cache';
import type { Tracing } from '../../tracing/tracing.js';
import { statements } from '../statement-list.js';
import type { Query, Runner } from './connection.js';
import type { Pool } from './pool.js';

/** What runs statements alone and in transactions. */
export type Database = Pick<Pool<unknown>, 'run' | 'transaction'>;

/** Texts of the query builder differ by the number of their parameters. */
const KEPT_NAMES = 1_000;
const names = new LRUCache<string, string>({ max: KEPT_NAMES });

/** The same with a span for each statement that is part of something that is traced. Its values are in none. */
export function traced(database: Database, tracing: Tracing): Database {
  return {
    ...tracedRunner(database, tracing),
    transaction: (work) =>
      tracing.inner(
        () => spanOf('transaction'),
        () => database.transaction((runner) => work(tracedRunner(runner, tracing))),
      ),
  };
}

function tracedRunner(runner: Runner, tracing: Tracing): Runner {
  return {
    run: (query: Query) =>
      tracing.inner(
        () => spanOf(nameOf(query.text)),
        () => runner.run(query),
      ),
  };
}

function spanOf(name: string) {
  return { name, isCall: true, attributes: { 'db.system.name': 'postgresql', 'db.query.summary': name } };
}

/** The name of a statement with a fixed text. Of others what they do, and the table: `insert users`. */
function nameOf(text: string): string {
  const known = names.get(text) ?? statements.find((each) => each.text === text)?.name ?? summaryOf(text);
  names.set(text, known);
  return known;
}

function summaryOf(text: string): string {
  const [, verb = 'statement'] = /^\s*(\w+)/.exec(text) ?? [];
  const [, table = ''] = /\b(?:from|into|update|join)\s+"?(\w{1,63})/i.exec(text) ?? [];
  return `${verb.toLowerCase()} ${table}`.trim();
}
