import { DrizzleQueryError } from 'drizzle-orm/errors';
import { type DestinationStream, type Logger, pino } from 'pino';
import { maskEmailAddresses } from './mask-email-address.js';
import { maskPhoneNumber } from './mask-phone-number.js';

export type { Logger };

export interface LoggerOptions {
  /** What each line gets besides. */
  readonly fields?: (() => object) | null;
}

const E164 = /\+\d{7,15}/g;

/**
 * Structured logs. Phone numbers and email addresses are masked in the finished line, so all sources are covered.
 * Drivers put parameters and rows into their error messages, so errors of the database keep only the fields that cannot
 * hold a caller's data.
 */
export function createLogger(
  level: string,
  destination?: DestinationStream,
  { fields = null }: LoggerOptions = {},
): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
    ...(fields && { mixin: fields }),
    hooks: {
      streamWrite: (line: string) => maskEmailAddresses(maskNumberWithoutPlus(line).replace(E164, maskPhoneNumber)),
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

/**
 * Gateways build message ids from the phone number without its plus. So a line about a number masks that spelling, too.
 */
function maskNumberWithoutPlus(line: string): string {
  const [, digits] = /"phoneNumber":"\+(\d{7,15})"/.exec(line) ?? [];
  return digits === undefined ? line : line.replaceAll(digits, maskPhoneNumber(`+${digits}`).slice(1));
}

/** The form in which logs show an error. */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  // Its message is the whole statement. A database that fails would fill the log with them.
  if (error instanceof DrizzleQueryError) return { type: 'DrizzleQueryError', cause: describeError(error.cause) };
  if (error.name === 'PostgresError') return describeDatabaseError(error);
  const { name, message, stack } = error;
  return { type: name, message, stack, ...(error.cause !== undefined && { cause: describeError(error.cause) }) };
}

/** PostgreSQL's error fields except `detail`, `where` and `parameters`, because these quote rows. */
function describeDatabaseError(error: Error): object {
  const fields = ['message', 'code', 'severity', 'table_name', 'column_name', 'constraint_name', 'routine'] as const;
  return { type: error.name, ...Object.fromEntries(fields.map((field) => [field, Reflect.get(error, field)])) };
}
