import { browserStorage } from './storage.js';

/** Runs one task at a time, in all tabs together where tabs share a session. */
export type Exclusive = <Result>(task: () => Promise<Result>) => Promise<Result>;

/**
 * The tab that had the lock before has told its news, and they can come after the lock.
 * @param shared whether other tabs have the same session
 * @param heard resolves once the news of before have come
 */
export function exclusive(name: string, shared: boolean, heard: () => Promise<unknown>): Exclusive {
  const locks = shared && globalThis.navigator?.locks;
  const storage = shared && browserStorage();
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    if (locks) return locks.request(name, () => heard().then(task));
    // Few browsers need a lease, so bundlers may leave it out until one does.
    const run = async () => (storage ? (await import('./leased.js')).leased(storage, name, task) : task());
    const turn = last.then(run);
    last = turn.catch(() => {});
    return turn;
  };
}
