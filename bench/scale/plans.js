import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endProgram, startProgram } from '../main/subject.js';
import { takeTurn } from '../main/turn.js';

const SETTINGS = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
};
/** Milliseconds until PostgreSQL has read its settings again. */
const RELOAD = 500;
const CALLS = 8;

/**
 * The plans of the statements of each operation, as they ran (auto_explain with what was read), by the keys of OPERATIONS. A
 * second process of the service runs them, so that PostgreSQL plans as after a start.
 */
export async function plansOf(subject) {
  const { sql, adapter } = subject;
  for (const [name, value] of Object.entries(SETTINGS)) await sql.unsafe(`ALTER SYSTEM SET ${name} = '${value}'`);
  await sql`SELECT pg_reload_conf()`;
  await pause(RELOAD);
  const { child, port } = await startProgram(adapter, subject.databaseUrl);
  const log = join(subject.folder, 'postgres/server.log');
  const plans = {};
  try {
    await takeTurn(
      { ...subject, port },
      {
        calls: CALLS,
        knownNumbers: subject.knownNumbers,
        async around(key, work) {
          const before = readFileSync(log).length;
          const answers = await work();
          plans[key] = plansIn(readFileSync(log).subarray(before).toString());
          return answers;
        },
      },
    );
    return plans;
  } finally {
    await endProgram(child);
    for (const name of Object.keys(SETTINGS)) await sql.unsafe(`ALTER SYSTEM RESET ${name}`);
    await sql`SELECT pg_reload_conf()`;
  }
}

/** The last plan of each statement. PostgreSQL begins each further line of an entry with a tab. */
function plansIn(log) {
  const entries = log.replaceAll('\n\t', '\u0000').split('\n');
  const found = entries.flatMap((entry) => {
    const [, text] = /duration: [\d.]+ ms +plan:\0(.*)/.exec(entry) ?? [];
    if (!text) return [];
    const lines = text.split('\0');
    const start = lines.findIndex((line) => / {2}\(cost=/.test(line));
    const texts = lines.slice(0, start).filter((line) => !line.startsWith('Query Parameters: '));
    return [{ statement: texts.join('\n').replace('Query Text: ', ''), plan: lines.slice(start) }];
  });
  return [...new Map(found.map((each) => [each.statement, each])).values()];
}
