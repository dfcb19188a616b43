import { sleep } from './clock.js';
import { browserStorage } from './storage.js';

/** Runs one task at a time, in all tabs together where tabs share a session. */
export type Exclusive = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** Milliseconds: longer than the longest task, which ends with its request. */
const LEASE = 20_000;
const LEASE_SETTLES = 0.05;

/** @param shared whether other tabs have the same session */
export function exclusive(name: string, shared: boolean): Exclusive {
  const locks = shared ? globalThis.navigator?.locks : null;
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    if (locks) return locks.request(name, () => afterMessages(locks, task));
    const turn = last.then(() => (shared ? leased(name, task) : task()));
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

/**
 * For pages without Web Locks (old browsers, and http:// outside localhost): a note in `localStorage`. Two tabs that write
 * it at the same moment read it again a little later, and the last one to write has it.
 */
async function leased<Result>(name: string, task: () => Promise<Result>): Promise<Result> {
  const storage = browserStorage();
  if (!storage) return task();
  const mine = Math.random().toString(36);
  const write = () => storage.setItem(name, `${mine} ${Date.now() + LEASE}`);
  try {
    for (;;) {
      const [owner, end] = String((await storage.getItem(name)) ?? '').split(' ');
      if (owner === mine) break;
      const left = Number(end) - Date.now();
      // A note from the far future is of a clock that was set since.
      if (!(left > 0 && left <= LEASE)) write();
      await sleep(LEASE_SETTLES);
    }
    write();
  } catch {
    // It is full: no other tab can write a note either.
    return task();
  }
  try {
    return await task();
  } finally {
    if (String(await storage.getItem(name)).startsWith(mine)) storage.removeItem(name);
  }
}
