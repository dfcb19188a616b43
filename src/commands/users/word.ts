import type { ParseArgsConfig } from 'node:util';
import type { UserListService } from '../../admin/users/user-list.service.js';
import type { Database } from '../../database/database.js';
import type { AppSecrets } from '../../platform/app-secret.js';
import type { Clock } from '../../platform/clock.js';
import type { Random } from '../../platform/random.js';
import type { User } from '../../users/user.js';
import type { StartUp } from '../../start-up.js';

/** What a word of `npm run users` works with. */
export interface WordCall {
  readonly start: StartUp;
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly secrets: AppSecrets;
  readonly users: UserListService;
  /** What stands behind the word, as many as it takes. */
  readonly given: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** The account of a number or an id. @throws CommandError that says what to name instead. */
  named(text: string): Promise<User>;
}

/** What is written to standard output: one of the two, as `--json` says. */
export interface Told {
  readonly text: string;
  readonly json: unknown;
}

/** One thing to do with users: `npm run users -- WORD …`. */
export interface UserWord {
  /** What stands behind the word, and what it does. */
  readonly usage: string;
  /** Its options, `--json` apart. */
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** How many arguments it takes, at least and at most. */
  readonly takes: readonly [number, number];
  run(call: WordCall): Promise<Told>;
}
