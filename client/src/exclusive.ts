import { seconds, sleep } from './clock.js';
import { browserStorage } from './storage.js';

/** Runs one task at a time, in all tabs together where tabs share a session. `waited` says whether another one ran before. */
export type Exclusive = <Result>(task: (waited: boolean) => Promise<Result>) => Promise<Result>;

/** Longer than the longest task, which ends with its request. */
const LEASE = 20_000;
const LEASE_SETTLES = 0.05;

/** @param shared whether other tabs have the same session */
export function exclusive(name: string, shared: boolean): Exclusive {
  const locks = shared ? globalThis.navigator?.locks : null;
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const asked = seconds();
    const run = () => task(seconds() - asked > 0.005);
    if (locks) return locks.request(name, run);
    const turn = last.then(() => (shared ? leased(name, run) : run()));
    last = turn.catch(() => {});
    return turn;
  };
}

/**
 * For pages without Web Locks (old browsers, and http:// outside localhost): a note in `localStorage`. Two tabs that write
 * it at the same moment read it again a little later, and the last one to write has it.
 */
async function leased<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
  const storage = browserStorage();
  if (!storage) return run();
  const mine = Math.random().toString(36);
  for (;;) {
    const [owner, until] = String((await storage.getItem(name)) ?? '').split(' ');
    if (owner === mine) break;
    if (Number(until) > Date.now() && Number(until) <= Date.now() + LEASE) await sleep(LEASE_SETTLES);
    else storage.setItem(name, `${mine} ${Date.now() + LEASE}`);
    await sleep(LEASE_SETTLES);
  }
  try {
    return await run();
  } finally {
    if ((await storage.getItem(name))?.startsWith(mine)) storage.removeItem(name);
  }
}
