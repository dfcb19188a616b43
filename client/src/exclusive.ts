import { browserStorage } from './storage.js';

/** Runs one task at a time, in all tabs together where tabs share a session. */
export type Exclusive = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** @param shared whether other tabs have the same session */
export function exclusive(name: string, shared: boolean): Exclusive {
  const locks = shared ? globalThis.navigator?.locks : null;
  const storage = shared ? browserStorage() : null;
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    if (locks) return locks.request(name, () => afterMessages(locks, task));
    // Few browsers need a lease, so bundlers may leave it out until one does.
    const run = async () => (storage ? (await import('./leased.js')).leased(storage, name, task) : task());
    const turn = last.then(run);
    last = turn.catch(() => {});
    return turn;
  };
}

/**
 * The tab that had the lock before has told its news, and they can come after the lock. Asking the browser twice takes
 * as long. A timer would take a second or a minute in a hidden tab, and all tabs would wait.
 */
async function afterMessages<Result>(locks: LockManager, task: () => Promise<Result>): Promise<Result> {
  await locks.query();
  await locks.query();
  return task();
}
