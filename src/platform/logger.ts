import { DrizzleQueryError } from 'drizzle-orm/errors';
import { type DestinationStream, type Logger, pino } from 'pino';
import { maskEmailAddresses } from './mask-email-address.js';
import { maskPhoneNumber } from './mask-phone-number.js';

export type { Logger };

const E164 = /\+\d{7,15}/g;

/**
 * Structured logs. Phone numbers and email addresses are masked in the finished line, wherever they came from; errors of
 * the database are reduced to what cannot hold a caller's data, because drivers put parameters and rows into their
 * messages.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
    hooks: {
      streamWrite: (line: string) => maskEmailAddresses(withoutItsNumber(line).replace(E164, maskPhoneNumber)),
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** A line about a number does not name it in another spelling either: gateways make ids of it, without its plus. */
function withoutItsNumber(line: string): string {
  const [, digits] = /"phoneNumber":"\+(\d{7,15})"/.exec(line) ?? [];
  return digits === undefined ? line : line.replaceAll(digits, maskPhoneNumber(`+${digits}`).slice(1));
}

/** An error as logs show it. */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  if (error instanceof DrizzleQueryError) {
    return { type: 'DrizzleQueryError', query: error.query, cause: describeError(error.cause) };
  }
  if (error.name === 'PostgresError') return describeDatabaseError(error);
  const { name, message, stack } = error;
  return { type: name, message, stack, ...(error.cause !== undefined && { cause: describeError(error.cause) }) };
}

/** PostgreSQL's fields without `detail`, `where` and `parameters`, which quote rows. */
function describeDatabaseError(error: Error): object {
  const fields = ['message', 'code', 'severity', 'table_name', 'column_name', 'constraint_name', 'routine'] as const;
  return { type: error.name, ...Object.fromEntries(fields.map((field) => [field, Reflect.get(error, field)])) };
}
