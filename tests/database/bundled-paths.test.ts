import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startBundledServer } from '../../src/bundled-postgres/server.js';
import { dropDataDir, makeDataDir, query } from '../support/process/bundled-folder.js';

/** PostgreSQL's programs pass paths through a shell. */

const STRANGE = `it's $HOME "quoted" \`id\` \\ ü %d; & #1`;

test.skipIf(process.platform === 'win32').each(['open', 'closed'] as const)(
  'a data folder with a $, a backtick and quotes in its path works, below an %s folder',
  async (access) => {
    const home = await makeDataDir(access);
    const dataDir = join(home, STRANGE, 'data');
    await mkdir(dataDir, { recursive: true });

    for (const value of [1, 2]) {
      const { url, stop } = await startBundledServer({ dataDir, settings: { fsync: 'off' } });
      await query(url, 'create table if not exists starts (id int)');
      await query(url, `insert into starts values (${value})`);
      if (value === 2) expect(await query(url, 'select count(*)::int as starts from starts')).toEqual([{ starts: 2 }]);
      await stop();
    }

    await dropDataDir(home);
  },
);
