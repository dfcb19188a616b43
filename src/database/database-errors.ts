/** postgres.js's own codes and Node's network codes for a server that cannot be reached or went away. */
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

/** PostgreSQL's SQLSTATEs for the same: connection exceptions, too many connections, and 57P: the server is stopping or starting. */
const AWAY_STATES = /^(08...|53300|57P0[1-5])$/;

/** Drizzle wraps what the driver threw. */
function original(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

function property(error: unknown, name: string): string | null {
  const value = typeof error === 'object' && error !== null && name in error ? Reflect.get(error, name) : null;
  return typeof value === 'string' ? value : null;
}

/** Whether an error means that the database is away, not that something is wrong with the query. */
export function isDatabaseAway(error: unknown): boolean {
  const code = property(original(error), 'code') ?? property(error, 'code');
  return code !== null && (AWAY.has(code) || AWAY_STATES.test(code));
}

/** The unique constraint that a row ran into (SQLSTATE 23505), or null. */
export function constraintOf(error: unknown): string | null {
  const cause = original(error);
  return property(cause, 'code') === '23505' ? property(cause, 'constraint_name') : null;
}

/** Serialization failure and deadlock: PostgreSQL has undone everything, and the same may work next time. */
const CONFLICTS = new Set(['40001', '40P01']);

/** Whether the same work may succeed a moment later. After a lost connection, the work may have been done already. */
export function isTransient(error: unknown): boolean {
  return isDatabaseAway(error) || CONFLICTS.has(property(original(error), 'code') ?? '');
}
