import { startService, type TestService, type TestServiceOptions } from '../service.js';

export interface TwoProcesses {
  readonly first: TestService;
  readonly second: TestService;
  /** Both by turns: for requests that arrive at the same moment. */
  turn(index: number): TestService;
  close(): Promise<void>;
}

/** Connections of each: a new one of PostgreSQL plans each statement anew, and five on each side race as well as ten. */
const POOL = '5';

/**
 * Two services on one database and one clock: as far as the database can tell, two processes. Their connections are
 * open by then, or the first requests of a race would run one after the other.
 */
export async function startTwoProcesses(options: TestServiceOptions = {}): Promise<TwoProcesses> {
  const env = { DATABASE_POOL: POOL, ...options.env };
  const first = await startService({ ...options, env });
  const second = await startService({ ...options, env, database: first.database, clock: first.clock });
  await Promise.all(
    Array.from({ length: 4 * Number(env.DATABASE_POOL) }, (_, index) =>
      (index % 2 ? first : second).graphql('{ cities { __typename } }'),
    ),
  );
  return {
    first,
    second,
    turn: (index) => (index % 2 === 0 ? first : second),
    async close() {
      await second.close();
      await first.close();
    },
  };
}
