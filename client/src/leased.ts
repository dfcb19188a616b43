import type { AccountsStorage } from './storage.js';

/** Milliseconds: longer than the longest task, which ends with its request. */
const LEASE = 20_000;
const LEASE_SETTLES = 50;

/**
 * For pages without Web Locks (old browsers, and http:// outside localhost): a note in `localStorage`. Two tabs that write
 * it at the same moment read it again a little later, and the last one to write has it.
 */
export async function leased<Result>(
  storage: AccountsStorage,
  name: string,
  task: () => Promise<Result>,
): Promise<Result> {
  const mine = Math.random().toString(36);
  const write = () => storage.setItem(name, `${mine} ${Date.now() + LEASE}`);
  try {
    for (;;) {
      const [owner, end] = String((await storage.getItem(name)) ?? '').split(' ');
      if (owner === mine) break;
      const left = Number(end) - Date.now();
      // A note from the far future is of a clock that was set since.
      if (!(left > 0 && left <= LEASE)) write();
      await new Promise((resolve) => setTimeout(resolve, LEASE_SETTLES));
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
