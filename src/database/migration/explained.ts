import { StartupError } from '../../platform/startup-error.js';
import { connectionAdvice, refusesCertificate } from '../connection-target/connection-advice.js';
import { type ConnectionTarget, shownTarget } from '../connection-target/connection-target.js';
import { codeOf, refusedParameter } from '../database-errors.js';
import { quoted } from '../identifier.js';
import type { ServerFacts } from './server-facts.js';

const CONNECTING = /^(E[A-Z]|CONNECT|SASL|08|25006|28|3D|57P|53|42501)/;
const INSUFFICIENT_PRIVILEGE = '42501';

function causeOf(error: unknown): Error | null {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return cause instanceof Error ? cause : null;
}

function reasonOf(cause: Error): string {
  return cause instanceof AggregateError ? codeOf(cause) : (cause.message.split('\n', 1)[0] ?? '');
}

/** Where a connection leads. */
export interface Address {
  readonly target: ConnectionTarget;
  /** The setting that has it. */
  readonly setting: string;
}

/** An error of connecting, in one line. Any other error stays as it is. */
export function explained(error: unknown, { target, setting }: Address): unknown {
  const cause = causeOf(error);
  const code = codeOf(cause);
  if (error instanceof StartupError || cause === null) return error;
  if (!CONNECTING.test(code) && !refusesCertificate(code)) return error;
  const reason = reasonOf(cause);
  const mend = mendOf({ code, message: reason, refused: refusedParameter(cause) }, target);
  return new StartupError(`Cannot use the database at ${shownTarget(target)} (${setting}): ${reason}${mend}.`, {
    cause,
  });
}

interface Failure {
  readonly code: string;
  readonly message: string;
  /** The start-up parameter that a pooler refused. */
  readonly refused: string | null;
}

function mendOf(failure: Failure, target: ConnectionTarget): string {
  const { code, message, refused } = failure;
  const [database, user] = [quoted(target.database), quoted(target.user)];
  if (code === INSUFFICIENT_PRIVILEGE && /\bdatabase\b/.test(message)) {
    return `: GRANT CONNECT ON DATABASE ${database} TO ${user}`;
  }
  if (refused !== null) {
    return `. Add ${refused} to ignore_startup_parameters of the pooler, and set it for the role: ALTER ROLE ${user} SET ${refused} = …`;
  }
  const advice = connectionAdvice(failure, target);
  return advice === null ? '' : `. To mend it, ${advice}`;
}

/** The journal may not be read. Any other error stays as it is. */
export function unreadableJournal(error: unknown, { schema, role }: ServerFacts): unknown {
  const cause = causeOf(error);
  if (cause === null || codeOf(cause) !== INSUFFICIENT_PRIVILEGE) return error;
  const [grantee, former] = [quoted(role), /drizzle/.test(cause.message)];
  const inOwn = `GRANT SELECT ON ALL TABLES IN SCHEMA ${quoted(schema)} TO ${grantee}`;
  const inFormer = `GRANT USAGE ON SCHEMA drizzle TO ${grantee}; GRANT SELECT ON ALL TABLES IN SCHEMA drizzle TO ${grantee}`;
  return new StartupError(
    `The role ${role} may not read which migrations were run (${reasonOf(cause)}): ${former ? inFormer : inOwn}. Or set MIGRATE=off.`,
  );
}

/** The migrations may not be run. Any other error stays as it is. */
export function forbiddenMigrations(error: unknown, { schema, role }: ServerFacts, names: readonly string[]): unknown {
  const cause = causeOf(error);
  if (cause === null || codeOf(cause) !== INSUFFICIENT_PRIVILEGE) return error;
  const owner = 'let the owner of the tables run npm run migrate, or set DATABASE_MIGRATION_URL';
  // Only the owner of a table may change it: no right to grant makes up for that.
  const mend = /schema/.test(cause.message)
    ? `GRANT USAGE, CREATE ON SCHEMA ${quoted(schema)} TO ${quoted(role)}; or ${owner}`
    : `${owner[0]?.toUpperCase()}${owner.slice(1)}`;
  return new StartupError(
    `The role ${role} may not run the migrations ${names.join(', ')} (${reasonOf(cause)}). ${mend}.`,
  );
}
