import { setTimeout as pause } from 'node:timers/promises';
import { PostgresProxy } from '../../tests/support/postgres/postgres-proxy.js';
import { median } from './figures.js';
import { OPERATIONS } from './operations.js';
import { endProgram, startProgram } from './subject.js';
import { takeTurn } from './turn.js';

/** Calls of each operation, one after the other. The first ones also open connections. */
const CALLS = 20;
const OF_ONE_KIND = Object.keys(OPERATIONS).filter((key) => key !== 'mix');
/** Milliseconds in which what follows an answer is over. */
const BEHIND = 100;

/**
 * Statements and round trips that one answer waits for, by the keys of OPERATIONS: counted on the wire between a second
 * process of the subject and its database, as the suite counts them.
 */
export async function countStatements(subject) {
  const { adapter } = subject;
  const proxy = await PostgresProxy.start(subject.databaseUrl, adapter.isBehindTheAnswer);
  const { child, port } = await startProgram(adapter, proxy.url);
  const counts = {};
  const one = async (key, ask) => {
    await pause(BEHIND);
    proxy.wire.reset();
    const answer = await ask();
    await pause(BEHIND);
    counts[key] ??= [];
    counts[key].push({ ...proxy.wire.count });
    return answer;
  };
  try {
    const options = { calls: CALLS, knownNumbers: subject.knownNumbers, eachCall: one };
    await takeTurn({ ...subject, port }, options);
  } finally {
    await endProgram(child);
    await proxy.close();
  }
  const figure = (key, name) => median(counts[key].map((count) => count[name]));
  return Object.fromEntries(
    OF_ONE_KIND.filter((key) => key in counts).map((key) => [
      key,
      { statements: figure(key, 'statements'), roundTrips: figure(key, 'roundTrips') },
    ]),
  );
}
