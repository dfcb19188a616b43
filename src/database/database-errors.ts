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
 * The SQLSTATEs for that: connection exceptions (08), a server that takes no writes (25006), and one that is stopping or
 * starting (57P).
 */
const AWAY_STATES = /^(08...|25006|57P0[1-5])$/;

/**
 * A server that has no room, or no time: out of disk, memory or connections (53), a lock that was not to be had (55P03), a
 * statement that took too long (57014), and conflicts that did not pass (40).
 */
const FULL_STATES = /^(53...|55P03|57014|40001|40P01)$/;

/** Serialization failure, deadlock, and a lock that was not to be had: PostgreSQL has undone everything. */
const UNDONE = new Set(['40001', '40P01', '55P03']);

/** Drizzle wraps the error of the driver. */
function original(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

function property(error: unknown, name: string): string | null {
  const value = typeof error === 'object' && error !== null && name in error ? Reflect.get(error, name) : null;
  return typeof value === 'string' ? value : null;
}

/** The SQLSTATE of an error, or the code of the driver or of Node; empty where it has none. */
export function codeOf(error: unknown): string {
  return property(original(error), 'code') ?? property(error, 'code') ?? '';
}

/** Whether the error means that the database is unavailable or full, and not that the statement is wrong. */
export function isDatabaseAway(error: unknown): boolean {
  const code = codeOf(error);
  return AWAY.has(code) || AWAY_STATES.test(code) || FULL_STATES.test(code);
}

/** The unique constraint that a row violated (SQLSTATE 23505), or null. */
export function constraintOf(error: unknown): string | null {
  const cause = original(error);
  return property(cause, 'code') === '23505' ? property(cause, 'constraint_name') : null;
}

/** Whether PostgreSQL refused to divide by zero: how a statement of ours undoes itself (request-otp/write.repository.ts). */
export function isDivisionByZero(error: unknown): boolean {
  return codeOf(error) === '22012';
}

/** Whether the same work may succeed a moment later, because nothing of it was done. */
export function isUndone(error: unknown): boolean {
  return UNDONE.has(codeOf(error));
}

/**
 * Whether a server that is away or full has surely not done the statement: it answered with an error, or it was never
 * reached. After a connection that was lost, the statement may have run.
 */
export function isSurelyUndone(error: unknown): boolean {
  const unreached = /^([0-9A-Z]{5}|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|CONNECT_TIMEOUT)$/;
  return isDatabaseAway(error) && unreached.test(codeOf(error));
}

/** Whether the server, or the role, has all the connections that it may have. */
export function isFull(error: unknown): boolean {
  return codeOf(error) === '53300';
}

/** Whether a server is there that will likely be of use soon: it is starting, it is still a standby, or it is full. */
export function isPassing(error: unknown): boolean {
  return /^(57P0[1-5]|25006|53300)$/.test(codeOf(error)) || isUndone(error);
}

/** Whether a connection was ended, by whatever was at its other end. */
export function isLost(error: unknown): boolean {
  return ['CONNECTION_CLOSED', 'CONNECTION_DESTROYED', 'ECONNRESET', 'EPIPE'].includes(codeOf(error));
}

/** Whether a connection is of no use after the error: the server has not answered, or has ended it, or takes no writes. */
export function endsConnection(error: unknown): boolean {
  const severity = property(error, 'severity');
  return severity === null || severity === 'FATAL' || severity === 'PANIC' || leavesServer(error);
}

/** Whether other connections to this server are likely of no use either: it takes no writes, or it is silent. */
export function leavesServer(error: unknown): boolean {
  return ['25006', 'ETIMEDOUT'].includes(codeOf(error));
}

/** The start-up parameter that a pooler refused (PgBouncer, SQLSTATE 08P01), or null. */
export function refusedParameter(error: unknown): string | null {
  const message = property(original(error), 'message') ?? '';
  return /unsupported startup parameter(?: in options)?: "?(\w+)/.exec(message)?.[1] ?? null;
}
