/** All in milliseconds. */
export interface TimeLimits {
  /** How long a statement may run. It ends before `answer`, so that none runs on after its caller gave up. */
  readonly statement: number;
  /** How long a statement waits for a locked row before its connection serves others for a moment (pool.ts). */
  readonly lock: number;
  readonly idleInTransaction: number;
  /** A server that answers later is taken for gone. A machine or a network that has failed sends no message. */
  readonly answer: number;
}

/** For statements that somebody waits for. No statement of ours takes a second. */
export const SERVICE_LIMITS: TimeLimits = { statement: 4_000, lock: 250, idleInTransaction: 10_000, answer: 5_000 };

export const LIMIT_NAMES = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'] as const;

/** As start-up parameters of a connection. */
export function limitParameters({ statement, lock, idleInTransaction }: TimeLimits) {
  return {
    statement_timeout: String(statement),
    lock_timeout: String(lock),
    idle_in_transaction_session_timeout: String(idleInTransaction),
  } satisfies Record<(typeof LIMIT_NAMES)[number], string>;
}

/** Which limits the server does not know of. An operator may set others. */
export function missingLimits(setting: (name: string) => string): string[] {
  return LIMIT_NAMES.filter((name) => setting(name) === '0');
}
