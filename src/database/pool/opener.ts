import type { ConnectionTarget } from '../connection-target/connection-target.js';
import type { Host } from '../connection-target/hosts.js';
import { postgresOptions } from '../connection-target/postgres-options.js';
import { refusedParameter } from '../database-errors.js';
import { Connection, type ConnectionParts } from './connection.js';
import { type TimeLimits, limitParameters, LIMIT_NAMES, missingLimits } from './time-limits.js';

/** Milliseconds. */
const CONNECT_WITHIN = 5_000;

export interface OpenerOptions {
  /** Null: statements may take as long as they like, as migrations and imports do. */
  readonly limits: TimeLimits | null;
  /** Whether statements are prepared under names. Null: unless there is a pooler in between. */
  readonly prepare: boolean | null;
  /** Told what an operator should know, each line once. */
  onWarning(line: string): void;
}

/** Opens connections to the servers of a target. */
export class Opener {
  readonly #target: ConnectionTarget;
  readonly #options: OpenerOptions & Pick<ConnectionParts, 'values'>;
  /** Start-up parameters that a pooler takes for an error. */
  readonly #refused = new Set<string>();
  readonly #warned = new Set<string>();

  constructor(target: ConnectionTarget, options: OpenerOptions & Pick<ConnectionParts, 'values'>) {
    this.#target = target;
    this.#options = options;
  }

  /** PgBouncer refuses start-up parameters that it does not know, one with each attempt. It is asked again without them. */
  async open(host: Host, onOver: ConnectionParts['onOver']): Promise<Connection> {
    for (;;) {
      try {
        const connection = await Connection.open({ ...this.#parts(host), onOver });
        this.#look(connection);
        return connection;
      } catch (error) {
        const refused = refusedParameter(error);
        if (refused === null || !(refused in this.#parameters())) throw error;
        this.#refused.add(refused);
      }
    }
  }

  #parts(host: Host): Omit<ConnectionParts, 'onOver'> {
    const { connectTimeoutSeconds } = this.#target;
    const { limits, values } = this.#options;
    const target = { ...this.#target, hosts: [host], parameters: this.#parameters(), prepare: true };
    return {
      host,
      // Which server is wanted, each connection finds out by itself.
      options: postgresOptions({ ...target, targetSessionAttrs: 'any' }),
      values,
      prepare: this.#prepare,
      openWithin: connectTimeoutSeconds === null ? CONNECT_WITHIN : connectTimeoutSeconds * 1_000,
      answerWithin: limits?.answer ?? null,
    };
  }

  #parameters(): Record<string, string> {
    const { limits } = this.#options;
    const wanted = {
      ...this.#target.parameters,
      ...(limits && limitParameters(limits)),
    };
    return Object.fromEntries(Object.entries(wanted).filter(([name]) => !this.#refused.has(name)));
  }

  get #prepare(): boolean | null {
    return this.#options.prepare ?? this.#target.prepare;
  }

  #look(connection: Connection): void {
    const { limits } = this.#options;
    const missing = limits ? missingLimits((name) => connection.setting(name)) : [];
    if (limits && missing.length > 0) this.#warn(limitsLine(limits, this.#target.user));
    if (connection.isPooled && this.#prepare === null) this.#warn(POOLED);
  }

  #warn(line: string): void {
    if (this.#warned.has(line)) return;
    this.#warned.add(line);
    this.#options.onWarning(line);
  }
}

const POOLED =
  'The database is reached through a pooler, so statements are not prepared. DATABASE_PREPARE=off says so. Set DATABASE_PREPARE=on if the pooler keeps prepared statements (PgBouncer 1.21 or newer with max_prepared_statements) or gives each client a session of its own.';

function limitsLine(limits: TimeLimits, role: string): string {
  const names = LIMIT_NAMES.join(', ');
  const settings = Object.entries(limitParameters(limits));
  const statements = settings.map(([name, value]) => `ALTER ROLE "${role}" SET ${name} = '${value}';`).join(' ');
  return `The pooler in front of the database does not pass on ${names}. Set them for the role: ${statements} Where the pooler refuses them, list them in its ignore_startup_parameters, too.`;
}
