import { setTimeout as pause } from 'node:timers/promises';
import { isLost, isPassing } from './database-errors.js';

/** Milliseconds that a start waits for a server that is starting, or is still a standby. */
const WAIT_MS = 10_000;
/** Milliseconds in which a start begins again whose connections are ended: what ends them may be no PostgreSQL. */
const LOST_MS = 5_000;
const PAUSE_MS = 250;
const WAITING = `Waiting up to ${WAIT_MS / 1_000} s.`;

export interface Patience {
  /** Aborted when the process is to stop. */
  readonly ending: AbortSignal;
  /** Called once, when the database is there and not ready. */
  onWait(reason: string): void;
}

/**
 * Work of a start, all of it again where the database was not ready yet or ended the connection. The work must be such that
 * half of it does no harm.
 * @throws what the work throws, when it goes on for too long
 */
export async function beginAgain<Result>(work: () => Promise<Result>, { ending, onWait }: Patience): Promise<Result> {
  const began = performance.now();
  for (let told = false; ; ) {
    try {
      return await work();
    } catch (error) {
      const within = patienceWith(error);
      if (performance.now() - began >= within || ending.aborted) throw error;
      if (!told && within === WAIT_MS) onWait(`The database is not ready. ${WAITING} ${reasonOf(error)}`);
      told ||= within === WAIT_MS;
    }
    await pause(PAUSE_MS, null, { signal: ending }).catch(() => undefined);
  }
}

function patienceWith(error: unknown): number {
  if (isPassing(error)) return WAIT_MS;
  return isLost(error) ? LOST_MS : 0;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? `It says: ${cause.message}.` : '';
}
