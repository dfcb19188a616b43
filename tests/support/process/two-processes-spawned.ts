import { ProcessPlace } from './process-place.js';
import type { ServiceProcess } from './process-service.js';
import { TEST_SECRET } from '../service.js';
import { WITHOUT_CROWDS } from '../without-crowds.js';
import { openTestDatabase, type TestDatabase } from '../postgres/test-database.js';

export interface SpawnedProcesses {
  readonly first: ServiceProcess;
  readonly second: ServiceProcess;
  readonly database: TestDatabase;
  /** Both by turns: for requests that arrive at the same moment. */
  turn(index: number): ServiceProcess['client'];
  close(): Promise<void>;
}

/** Two services as an operator runs them behind one address: real processes, real time, one database. */
export async function spawnTwoProcesses(settings: Readonly<Record<string, string>> = {}): Promise<SpawnedProcesses> {
  const [database, place] = await Promise.all([openTestDatabase(), ProcessPlace.make()]);
  const env = {
    DATABASE_URL: database.url,
    APP_SECRET: TEST_SECRET,
    PUBLIC_URL: 'https://accounts.test',
    ...WITHOUT_CROWDS,
    LOG_LEVEL: 'info',
    ...settings,
  };
  // One after the other: the first one builds where that is needed.
  const first = await place.startReady({ env });
  const second = await place.startReady({ env });
  return {
    first,
    second,
    database,
    turn: (index) => (index % 2 === 0 ? first : second).client,
    async close() {
      await place.end();
      await database.close();
    },
  };
}
