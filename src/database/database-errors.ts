/** The codes of postgres.js and Node for a server that cannot be reached or has closed the connection. */
const AWAY = new Set([
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * The SQLSTATEs for that: connection exceptions (08), too many connections (53300), server stopping or starting (57P).
 */
const AWAY_STATES = /^(08...|53300|57P0[1-5])$/;

/** Drizzle wraps the error of the driver. */
function original(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

function property(error: unknown, name: string): string | null {
  const value = typeof error === 'object' && error !== null && name in error ? Reflect.get(error, name) : null;
  return typeof value === 'string' ? value : null;
}

/** Whether the error means that the database is unavailable, and not that the query is wrong. */
export function isDatabaseAway(error: unknown): boolean {
  const code = property(original(error), 'code') ?? property(error, 'code');
  return code !== null && (AWAY.has(code) || AWAY_STATES.test(code));
}

/** The unique constraint that a row violated (SQLSTATE 23505), or null. */
export function constraintOf(error: unknown): string | null {
  const cause = original(error);
  return property(cause, 'code') === '23505' ? property(cause, 'constraint_name') : null;
}

/** Whether PostgreSQL refused to divide by zero: how a statement of ours undoes itself (request-otp/write.repository.ts). */
export function isDivisionByZero(error: unknown): boolean {
  return property(original(error), 'code') === '22012';
}

/** Serialization failure and deadlock: PostgreSQL has undone everything, and the same may work next time. */
const CONFLICTS = new Set(['40001', '40P01']);

/** Whether the same work may succeed a moment later, because nothing of it was done. */
export function isConflict(error: unknown): boolean {
  return CONFLICTS.has(property(original(error), 'code') ?? '');
}
