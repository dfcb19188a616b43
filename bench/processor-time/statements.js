import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds until PostgreSQL has read its settings again. */
const RELOAD = 500;

/** Has the bundled PostgreSQL write each statement down from now on. */
export async function logStatements({ data, postmaster }) {
  appendFileSync(join(data, 'postgresql.conf'), '\nlog_min_duration_statement = 0\n');
  process.kill(postmaster, 'SIGHUP');
  await pause(RELOAD);
}

/** The longest statement that PostgreSQL ran during the work, and the largest number of parameters. */
export async function longestStatement({ data }, work) {
  const log = join(data, 'server.log');
  const before = readFileSync(log).length;
  await work();
  const texts = statementsIn(readFileSync(log).subarray(before).toString());
  return {
    characters: Math.max(...texts.map((text) => text.length)),
    parameters: Math.max(...texts.map(parametersOf)),
  };
}

/** PostgreSQL begins each further line of a statement with a tab. */
function statementsIn(log) {
  const entries = log.replaceAll('\n\t', '\u0000').split('\n');
  const texts = entries.map((entry) => /duration: [\d.]+ ms +(?:execute [^:]*|statement): (.*)/s.exec(entry)?.[1]);
  return texts.filter((text) => text !== undefined).map((text) => text.replaceAll('\u0000', '\n'));
}

function parametersOf(text) {
  return Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
}
